/** Where the Python environments that the worker runs in lie. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '@shared/environment-name';
import { LabError } from '@shared/errors';
import type { Device } from '@shared/machine';
import type { LabContext } from '../context';

export interface PythonEnvironment {
  readonly name: EnvironmentName;
  readonly folder: string;
  /** The interpreter. */
  readonly python: string;
}

/** A device brings its own build of PyTorch; MLX is a library of its own. */
const environmentOf: Readonly<Record<Device['kind'], EnvironmentName>> = {
  cpu: 'torch-cpu',
  cuda: 'torch-cuda',
  rocm: 'torch-rocm',
  mlx: 'mlx',
};

/** The environment that a worker on this device runs in; a recorded card is computed on the CPU. */
export function environmentFor(device: Pick<Device, 'kind' | 'recorded'>): EnvironmentName {
  return device.recorded && device.kind !== 'mlx' ? 'torch-cpu' : environmentOf[device.kind];
}

/** Where the environment lies or would lie. */
export function environmentAt(
  context: Pick<LabContext, 'places'>,
  name: EnvironmentName,
): PythonEnvironment {
  const folder = join(context.places.environments, name);
  const python =
    process.platform === 'win32'
      ? join(folder, 'Scripts', 'python.exe')
      : join(folder, 'bin', 'python');
  return { name, folder, python };
}

export function installCommand(name: EnvironmentName, repair = false): string {
  return `npm run -s lab -- environments install ${name}${repair ? ' --repair' : ''}`;
}

/** @throws LabError saying what to run when the environment is missing */
export async function findEnvironment(
  context: Pick<LabContext, 'places'>,
  device: Pick<Device, 'kind' | 'recorded'>,
): Promise<PythonEnvironment> {
  return requireEnvironment(context, environmentFor(device));
}

/** @throws LabError saying what to run when the environment is missing */
export function requireEnvironment(
  context: Pick<LabContext, 'places'>,
  name: EnvironmentName,
): PythonEnvironment {
  const environment = environmentAt(context, name);
  if (existsSync(environment.python)) return environment;
  throw new LabError({
    code: 'unavailable',
    what: `The Python environment ${environment.name} is missing.`,
    why: `There is no ${environment.python}.`,
    fix: `Install it on the machine page, or run: ${installCommand(environment.name)}`,
  });
}
