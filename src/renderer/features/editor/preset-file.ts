/** Presets as files: out to the user's disk, and in from it as a draft. */
import { LabError } from '@shared/errors';
import type { Preset } from '@shared/preset';
import type { LabClient } from '../../app/connection';
import { download, fileName } from '../../charts/export';

export async function exportPreset(client: LabClient, preset: Preset): Promise<void> {
  const { yaml } = await client.presets.print({ preset });
  download(fileName(preset.name, 'yaml'), new Blob([yaml], { type: 'application/yaml' }));
}

const mostBytes = 100_000;

/**
 * The preset that a file holds.
 * @throws LabError naming each field that cannot be read
 */
export async function importPreset(client: LabClient, file: File): Promise<Preset> {
  if (file.size > mostBytes) {
    throw new LabError({
      code: 'bad_input',
      what: `${file.name} is not a preset.`,
      why: 'It is larger than 100 kB.',
      fix: 'Choose a YAML file that was exported from a preset.',
    });
  }
  const { preset, problems } = await client.presets.parse({ yaml: await file.text() });
  if (preset !== null) return preset;
  throw new LabError({
    code: 'bad_input',
    what: `${file.name} cannot be read as a preset.`,
    why: 'Some of its fields are not as they should be.',
    fix: 'Correct them in the file and import it again.',
    details: problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
  });
}
