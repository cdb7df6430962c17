import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

export const inRepository = (...parts) => join(repository, ...parts);

/** The aliases of tsconfig.base.json. */
export const aliases = {
  '@shared': inRepository('src/shared'),
  '@lab': inRepository('src/lab'),
  '@renderer': inRepository('src/renderer'),
};

/** Where downloads are kept between clones; LORABENCH_CACHE overrides it. */
export function cacheFolder(environment = process.env, platform = process.platform) {
  if (environment.LORABENCH_CACHE) return environment.LORABENCH_CACHE;
  if (platform === 'win32')
    return join(environment.LOCALAPPDATA ?? homedir(), 'Lorabench', 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'lorabench');
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lorabench');
}

/** A Python environment, the CPU worker's unless named; LORABENCH_ENVIRONMENTS moves them all. */
export function environmentFolder(environment = process.env, name = 'torch-cpu') {
  return join(environment.LORABENCH_ENVIRONMENTS || inRepository('.environments'), name);
}
