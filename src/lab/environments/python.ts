/** The Python environments that the worker runs in; they are made by the set-up script. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { LabContext } from '../context';

export interface PythonEnvironment {
  readonly name: string;
  readonly folder: string;
  /** The interpreter. */
  readonly python: string;
}

export type Backend = 'torch' | 'mlx';

/** One environment a backend for now; other devices bring other builds of PyTorch. */
const environmentOf: Readonly<Record<Backend, string>> = { torch: 'torch-cpu', mlx: 'mlx' };

/** @throws LabError saying what to run when the environment is missing */
export async function findEnvironment(
  context: Pick<LabContext, 'places'>,
  backend: Backend,
): Promise<PythonEnvironment> {
  const name = environmentOf[backend];
  const folder = join(context.places.environments, name);
  const python =
    process.platform === 'win32'
      ? join(folder, 'Scripts', 'python.exe')
      : join(folder, 'bin', 'python');
  if (existsSync(python)) return { name, folder, python };
  throw new LabError({
    code: 'unavailable',
    what: `The Python environment ${name} is missing.`,
    why: `There is no ${python}.`,
    fix: 'Run: npm run set-up',
  });
}
