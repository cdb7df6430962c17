/** The preset that is meant: one by name, or one that is being edited; with changes. */
import { LabError } from '@shared/errors';
import type { Preset } from '@shared/preset';
import type { OverrideValue } from '@shared/run-spec';
import type { LabContext } from '../context';
import { findPreset } from '../presets/load-presets';
import { applyOverrides } from '../presets/overrides';

export interface FitSubject {
  readonly preset?: string | undefined;
  readonly draft?: Preset | undefined;
  readonly overrides: Readonly<Record<string, OverrideValue>>;
}

/** @throws LabError when nothing was named, or an override does not fit. */
export async function subjectOf(
  context: Pick<LabContext, 'home' | 'places' | 'log'>,
  { preset, draft, overrides }: FitSubject,
): Promise<Preset> {
  if (draft !== undefined) return applyOverrides(draft, overrides);
  if (preset !== undefined) {
    return applyOverrides((await findPreset(context, preset)).preset, overrides);
  }
  throw new LabError({
    code: 'bad_input',
    what: 'No preset was named.',
    why: 'What fits is told of a preset.',
    fix: 'Name one; npm run lab -- presets list shows them.',
  });
}
