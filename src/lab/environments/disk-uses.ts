/** What environments weigh on disk, without making a list wait long for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnvironmentName } from '@shared/environment-name';
import { diskUse, readStamp } from './environment-folder';

const patienceMilliseconds = 1_500;

interface Counting {
  /** Tells one installation from the next. */
  readonly stamp: string;
  readonly bytes: Promise<number>;
}

/**
 * An installation writes the size into its stamp; for an older one it is counted once. A list that
 * does not get it in time shows none, and `onCounted` is called when it is known.
 */
export function createDiskUses(onCounted: (name: EnvironmentName) => void) {
  const countings = new Map<EnvironmentName, Counting>();

  function count(name: EnvironmentName, folder: string, stamp: string): Promise<number> {
    const before = countings.get(name);
    if (before?.stamp === stamp) return before.bytes;
    const bytes = diskUse(folder);
    countings.set(name, { stamp, bytes });
    return bytes;
  }

  return {
    async of(name: EnvironmentName, folder: string): Promise<number | null> {
      const stamp = await readStamp(folder);
      if (stamp === null) return null;
      if (stamp.diskBytes !== undefined) return stamp.diskBytes;
      const counting = count(name, folder, JSON.stringify(stamp));
      const late = new AbortController();
      const patience = sleep(patienceMilliseconds, null, { signal: late.signal }).catch(() => null);
      const bytes = await Promise.race([counting, patience]);
      late.abort();
      if (bytes === null) counting.then(() => onCounted(name)).catch(() => undefined);
      return bytes;
    },
  };
}
