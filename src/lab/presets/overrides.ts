/** Changes to a preset by dotted path, as `--set` and the window's form make them. */
import { LabError } from '@shared/errors';
import { type Preset, presetSchema } from '@shared/preset';
import type { OverrideValue } from '@shared/run-spec';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { fieldProblems } from './load-presets';

/** What a run may not change about where it comes from. */
const fixedFields = ['schemaVersion', 'name', 'title', 'description', 'toy'];

const objectSchema = z.record(z.string(), z.unknown());

/** Every path that may be set, for example "schedule.learningRate". */
export function settablePaths(preset: Preset): string[] {
  const paths: string[] = [];
  for (const [key, value] of Object.entries(preset)) {
    if (fixedFields.includes(key)) continue;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) paths.push(key);
    else paths.push(...Object.keys(value).map((inner) => `${key}.${inner}`));
  }
  return paths;
}

/**
 * The preset with the overrides in it.
 * @throws LabError for an unknown path (naming the nearest) or a value that does not fit.
 */
export function applyOverrides(
  preset: Preset,
  overrides: Readonly<Record<string, OverrideValue>>,
): Preset {
  const paths = settablePaths(preset);
  let changed = preset;
  for (const [path, value] of Object.entries(overrides)) {
    if (!paths.includes(path)) throw unknownPath(path, paths);
    changed = withValue(changed, path, value);
  }
  return changed;
}

/** Tries the readings of a value in turn; a terminal knows only text. */
function withValue(preset: Preset, path: string, value: OverrideValue): Preset {
  let problems: readonly string[] = [];
  for (const reading of readings(value)) {
    const parsed = presetSchema.safeParse(replaced(preset, path, reading));
    if (parsed.success) return parsed.data;
    problems = problems.length > 0 ? problems : fieldProblems(parsed.error);
  }
  throw new LabError({
    code: 'bad_input',
    what: `${path} cannot be ${JSON.stringify(value)}.`,
    why: problems[0] ?? 'A value is of the wrong kind.',
    fix: `It is ${JSON.stringify(valueAt(preset, path))} in the preset.`,
    details: [...problems],
  });
}

function replaced(preset: Preset, path: string, value: unknown): unknown {
  const [group = '', field] = path.split('.');
  const changed: Record<string, unknown> = { ...preset };
  if (field === undefined) changed[group] = value;
  else changed[group] = { ...objectSchema.parse(changed[group]), [field]: value };
  return changed;
}

function valueAt(preset: Preset, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => objectSchema.parse(value)[key], preset);
}

/** "3e-3" may be a number, "true" a truth value, "null" nothing, "a,b" a list; else it is text. */
function readings(value: OverrideValue): readonly unknown[] {
  if (typeof value !== 'string') return [value];
  const text = value.trim();
  const known: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
  return [
    ...(text !== '' && Number.isFinite(Number(text)) ? [Number(text)] : []),
    ...(text in known ? [known[text]] : []),
    value,
    text.split(',').map((part) => part.trim()),
  ];
}

function unknownPath(path: string, paths: readonly string[]): LabError {
  const nearest = [...paths].sort((a, b) => nearness(path, a) - nearness(path, b))[0] ?? '';
  return new LabError({
    code: 'bad_input',
    what: `There is no setting "${path}".`,
    why: 'A setting is named by its group and its field.',
    fix: `Did you mean "${nearest}"?`,
    details: [...paths],
  });
}

/** A field named without its group is near to the field, whatever the group. */
function nearness(path: string, candidate: string): number {
  const field = candidate.split('.').at(-1) ?? candidate;
  const lower = path.toLowerCase();
  return Math.min(
    distance(lower, candidate.toLowerCase()),
    distance(lower.split('.').at(-1) ?? lower, field.toLowerCase()) + 0.5,
  );
}
