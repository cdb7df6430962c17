import type { RunSpec } from '@shared/run-spec';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Facts } from '../../ui/facts';
import { plural } from '../../ui/format';
import { quantizationText, specificationGroups, valueText } from './specification';

/** What the preset says at a dotted path; `undefined` when the preset is gone or has no such value. */
function presetValue(preset: unknown, path: string): unknown {
  let value = preset;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** The resolved specification; what differs from the preset is marked with the preset's value. */
export function SpecificationTab({ spec }: { readonly spec: RunSpec }): ReactNode {
  const { query } = useLab();
  const preset = useQuery(
    query.presets.get.queryOptions({ input: { name: spec.preset }, retry: false }),
  );
  const changed = Object.keys(spec.overrides);
  return (
    <div className="space-y-4 p-4">
      <p className="text-xs text-ink-faint">
        {changed.length === 0
          ? `Exactly the preset “${spec.preset}”, with every default written out.`
          : `The preset “${spec.preset}” with ${plural(changed.length, 'change')}, marked below.`}
      </p>
      {specificationGroups(spec).map((group) => (
        <section key={group.title} aria-label={group.title}>
          <h3 className="pb-1 text-xs font-semibold">{group.title}</h3>
          <Facts
            facts={group.lines.map(({ path, name, value }) => {
              if (!changed.includes(path)) return { name, value };
              const before = presetValue(preset.data?.preset, path);
              return {
                name,
                value,
                before:
                  before === undefined
                    ? 'changed'
                    : `preset: ${path === 'quantization.kind' ? quantizationText(String(before)) : valueText(path, before)}`,
              };
            })}
          />
        </section>
      ))}
    </div>
  );
}
