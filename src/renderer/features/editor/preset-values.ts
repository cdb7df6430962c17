/** Values of a preset by dotted path. */
import { type Preset, presetSchema } from '@shared/preset';

export function valueAt(preset: Preset, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? (value as Readonly<Record<string, unknown>>)[key]
          : undefined,
      preset,
    );
}

/** The preset with one value changed; what is not a preset afterwards is refused. */
export function withValue(preset: Preset, path: string, value: unknown): Preset {
  const copy: Record<string, unknown> = structuredClone(preset);
  const keys = path.split('.');
  const last = keys.pop() ?? path;
  let target = copy;
  for (const key of keys) target = target[key] as Record<string, unknown>;
  target[last] = value;
  return presetSchema.parse(copy);
}

/** A value as a field shows it. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && value !== 0 && Math.abs(value) < 0.001) {
    return value.toExponential().replace('e+', 'e');
  }
  return String(value);
}
