/** What an installation of an environment is told to do. */
import type { EnvironmentName } from '@shared/environment-name';
import type { LabContext } from '../context';
import { devices } from '../devices/devices';
import { environmentKinds } from './catalogue';
import { readStamp } from './environment-folder';
import { findProgram } from './find-python';
import type { InstallOrder } from './installer';
import { hasLock, lockHash, lockPath, recordedSizes } from './lock-file';
import { environmentAt } from './python';
import { torchSources } from './torch-source';

/** An installer that a crashed scheduler left needs a moment to notice and to clean up. */
const waitSeconds = 20;

/** @throws LabError when no build fits the detected card */
export async function installOrder(
  context: Pick<LabContext, 'places'>,
  name: EnvironmentName,
): Promise<InstallOrder> {
  const { folder } = environmentAt(context, name);
  const recorded = recordedSizes(context, name);
  // What a set-up added, such as the tools for tests, is there again afterwards.
  const added = Object.keys((await readStamp(folder)) ?? {}).filter(
    (key) => key !== name && hasLock(context, key),
  );
  return {
    name,
    folder,
    locks: [name, ...added].map((lock) => ({
      name: lock,
      file: lockPath(context, lock),
      hash: lockHash(context, lock),
    })),
    sources: torchSources(name, await devices()),
    uv: findProgram('uv'),
    dependencies: environmentKinds[name].dependencies,
    downloadBytes: recorded.downloadBytes,
    diskBytes: recorded.diskBytes,
    waitSeconds,
    askBeforeSwap: true,
  };
}
