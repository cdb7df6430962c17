import type { FitReport } from '@shared/fit';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button';
import { bytes, plain } from '../../ui/format';
import { verdictLooks } from './fit-badge';

/** Changes that would make it fit, the nearest first, each with a button that makes it. */
export function NearestChanges({
  changes,
  onApply,
}: {
  readonly changes: FitReport['changes'];
  readonly onApply: (change: FitReport['changes'][number]) => void;
}): ReactNode {
  if (changes.length === 0) return null;
  return (
    <section aria-label="Changes that would make it fit">
      <h3 className="pb-1 text-xs font-semibold">What would make it fit</h3>
      <ul className="space-y-1">
        {changes.map((change) => {
          const { icon: Icon, text } = verdictLooks[change.verdict];
          return (
            <li key={change.title} className="flex items-center gap-2 text-xs">
              <Icon aria-hidden className={`size-3.5 shrink-0 ${text}`} strokeWidth={2.5} />
              <span className="min-w-0 flex-1">
                {change.title}
                <span className="block text-2xs text-ink-faint">
                  {plain(bytes(change.totalBytes))}, {change.verdict}
                </span>
              </span>
              <Button
                size="small"
                aria-label={`Apply: ${change.title}`}
                onClick={() => onApply(change)}
              >
                Apply
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
