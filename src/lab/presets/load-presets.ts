/** Presets: YAML files that ship, and the user's own in the lab home. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '@shared/errors';
import { type Preset, type PresetCard, presetSchema } from '@shared/preset';
import { parse as parseYaml } from 'yaml';
import type { z } from 'zod';
import type { LabContext } from '../context';

type Places = Pick<LabContext, 'home' | 'places' | 'log'>;

export interface LoadedPreset {
  readonly preset: Preset;
  readonly source: PresetCard['source'];
  readonly path: string;
}

/** All presets that can be read, the user's own first hiding shipped ones of the same name. */
export async function loadPresets(context: Places): Promise<LoadedPreset[]> {
  const own = await presetsIn(context, context.home.presets, 'user');
  const shipped = await presetsIn(context, join(context.places.resources, 'presets'), 'shipped');
  const names = new Set(own.map(({ preset }) => preset.name));
  return [...shipped.filter(({ preset }) => !names.has(preset.name)), ...own];
}

/** One that cannot be read is logged and left out; `findPreset` of it says what is wrong. */
async function presetsIn(
  { log }: Places,
  folder: string,
  source: LoadedPreset['source'],
): Promise<LoadedPreset[]> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => /\.ya?ml$/.test(file));
  const loaded: LoadedPreset[] = [];
  for (const file of files.sort()) {
    try {
      const path = join(folder, file);
      loaded.push({ preset: await readPreset(path), source, path });
    } catch (error) {
      log.warn({ file: join(folder, file), error }, 'preset left out');
    }
  }
  return loaded;
}

/** @throws LabError that names the file and the field. */
export async function readPreset(path: string): Promise<Preset> {
  const text = await readFile(path, 'utf8');
  try {
    return parsePreset(parseYaml(text), basename(path));
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError({
      code: 'bad_input',
      what: `The preset file ${path} is not YAML.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Mend the line that is named, or delete the file.',
    });
  }
}

/** @throws LabError that lists each field that does not fit. */
export function parsePreset(value: unknown, where: string): Preset {
  const parsed = presetSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new LabError({
    code: 'bad_input',
    what: `${where} is not a usable preset.`,
    why: `${parsed.error.issues.length} of its fields do not fit.`,
    fix: 'Change the fields that are listed.',
    details: fieldProblems(parsed.error),
  });
}

/** "schedule.learningRate: Too small: expected number to be >0", one a field. */
export function fieldProblems(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.') || 'preset'}: ${issue.message}`);
}

/** @throws LabError that names the presets there are. */
export async function findPreset(context: Places, name: string): Promise<LoadedPreset> {
  const own = join(context.home.presets, `${name}.yaml`);
  // A preset of the user's with a mistake in it must say so, not be "not found".
  if (/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    const text = await readFile(own, 'utf8').catch(() => null);
    if (text !== null) return { preset: await readPreset(own), source: 'user', path: own };
  }
  const all = await loadPresets(context);
  const found = all.find(({ preset }) => preset.name === name);
  if (found !== undefined) return found;
  throw new LabError({
    code: 'not_found',
    what: `There is no preset "${name}".`,
    why: `Known are: ${all.map(({ preset }) => preset.name).join(', ')}.`,
    fix: 'npm run lab -- presets list shows them with what they need.',
  });
}
