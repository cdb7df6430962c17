/** A Python environment that can download: it needs the hub's library and no device. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type EnvironmentName, environmentNameSchema } from '@shared/environment-name';
import { LabError } from '@shared/errors';
import type { LabContext } from '../context';
import type { PythonEnvironment } from '../environments/python';

/** The first of them in the order of their names that has it; torch-cpu, which is always made, leads. */
export async function downloadEnvironment(
  context: Pick<LabContext, 'places'>,
): Promise<PythonEnvironment> {
  for (const name of environmentNameSchema.options) {
    const found = await environmentWithHub(context.places.environments, name);
    if (found !== null) return found;
  }
  throw new LabError({
    code: 'unavailable',
    what: 'No Python environment can download a model.',
    why: `None in ${context.places.environments} holds huggingface_hub.`,
    fix: 'Run: npm run set-up',
  });
}

async function environmentWithHub(
  environments: string,
  name: EnvironmentName,
): Promise<PythonEnvironment | null> {
  const folder = join(environments, name);
  const windows = process.platform === 'win32';
  const versions = windows ? ['Lib'] : await namesIn(join(folder, 'lib'));
  for (const version of versions) {
    const library = windows ? join(folder, version) : join(folder, 'lib', version);
    const packages = await namesIn(join(library, 'site-packages'));
    if (!packages.includes('huggingface_hub')) continue;
    const python = windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
    return { name, folder, python };
  }
  return null;
}

const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((): readonly string[] => []);
