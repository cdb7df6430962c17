/** Options as text become values; what cannot be read is bad input, said with the option's name. */
import { LabError } from '@shared/errors';
import { type OverrideValue, overrideValueSchema } from '@shared/run-spec';
import { parse } from 'yaml';

export function numberOption(name: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new LabError({
    code: 'bad_input',
    what: `--${name} needs a number.`,
    why: `"${text}" is none.`,
    fix: `For example: --${name} 1`,
  });
}

/**
 * `path=value` pairs of `--set`. Values are YAML scalars or lists (`3e-3`, `true`, `[q_proj, v_proj]`);
 * what is no such value, a folder name with a colon for example, is taken as text.
 */
export function overridesOption(
  pairs: readonly string[] | undefined,
): Readonly<Record<string, OverrideValue>> {
  const overrides: Record<string, OverrideValue> = {};
  for (const pair of pairs ?? []) {
    const at = pair.indexOf('=');
    if (at < 1) {
      throw new LabError({
        code: 'bad_input',
        what: '--set needs path=value.',
        why: `"${pair}" has no "=" after a path.`,
        fix: 'For example: --set schedule.learningRate=3e-3',
      });
    }
    overrides[pair.slice(0, at).trim()] = scalar(pair.slice(at + 1));
  }
  return overrides;
}

function scalar(text: string): OverrideValue {
  try {
    const parsed = overrideValueSchema.safeParse(parse(text));
    return parsed.success ? parsed.data : text;
  } catch {
    return text;
  }
}
