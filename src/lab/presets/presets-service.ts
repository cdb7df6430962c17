/** Presets as the shells use them. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { Preset, PresetCard } from '@shared/preset';
import writeFileAtomic from 'write-file-atomic';
import type { LabContext } from '../context';
import { deletePreset } from './delete-preset';
import { findPreset, loadPresets } from './load-presets';
import { chosenDevice, presetCard } from './preset-card';
import { type ParsedPreset, parsePresetText, presetProblems, printPreset } from './preset-text';

const ok = { ok: true } as const;

export function createPresetsService(context: LabContext) {
  return {
    async list(): Promise<PresetCard[]> {
      const [loaded, device] = await Promise.all([loadPresets(context), chosenDevice()]);
      return Promise.all(loaded.map((preset) => presetCard(context, preset, device)));
    },

    async get(input: { readonly name: string }): Promise<PresetCard> {
      const [loaded, device] = await Promise.all([findPreset(context, input.name), chosenDevice()]);
      return presetCard(context, loaded, device);
    },

    async save(input: { readonly preset: Preset; readonly replace: boolean }) {
      const { preset, replace } = input;
      await requireNoProblems(context, preset);
      const path = join(context.home.presets, `${preset.name}.yaml`);
      const names = (await loadPresets(context)).map((loaded) => loaded.preset.name);
      const exists = names.includes(preset.name) || (await isThere(path));
      if (exists && !replace) {
        throw new LabError({
          code: 'conflict',
          what: `There is a preset "${preset.name}" already.`,
          why: `Saving would replace it, or hide the one that ships (${path}).`,
          fix: 'Choose another name, or say that it may be replaced.',
        });
      }
      await writeFileAtomic(path, printPreset(preset));
      context.changes.publish('presets', preset.name);
      return ok;
    },

    async delete(input: { readonly name: string }) {
      await deletePreset(context, input.name);
      return ok;
    },

    async parse(input: { readonly yaml: string }): Promise<ParsedPreset> {
      const parsed = parsePresetText(input.yaml);
      if (parsed.preset === null) return parsed;
      const problems = await presetProblems(context, parsed.preset);
      return {
        preset: parsed.preset,
        problems: problems.map(({ path, message }) => ({ path, message })),
      };
    },

    async print(input: { readonly preset: Preset }): Promise<{ yaml: string }> {
      return { yaml: printPreset(input.preset) };
    },
  };
}

async function requireNoProblems(context: LabContext, preset: Preset): Promise<void> {
  const problems = await presetProblems(context, preset);
  if (problems.length === 0) return;
  throw new LabError({
    code: 'bad_input',
    what: `The preset "${preset.name}" cannot be saved.`,
    why: `${problems.length === 1 ? 'A field does' : `${problems.length} fields do`} not fit.`,
    fix: 'Change the fields that are listed.',
    details: problems.map(({ path, message }) => `${path}: ${message}`),
  });
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
