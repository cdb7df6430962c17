import { readFileSync } from 'node:fs';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** When a process started, in clock ticks since boot; tells a reused pid apart. Linux only. */
function startTicks(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return null;
  }
}

/** Whether the process that wrote the lock file still runs. */
export function ownerLives(owner) {
  if (!Number.isInteger(owner?.pid)) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  const now = startTicks(owner.pid);
  return now === null || owner.started === null || now === owner.started;
}

async function readOwner(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Moves a dead owner's lock away, and puts it back if another process took it over just now. */
async function removeStale(file) {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    if (ownerLives(await readOwner(aside))) await link(aside, file);
  } catch {
    // Another waiting process was faster; the next turn of the loop sees what is there.
  }
  await rm(aside, { force: true });
}

/** Runs `work` while no other process of this user holds `file`; calls `onWait(pid)` once if it must wait. */
export async function withLock(file, work, { onWait, pollMilliseconds = 300 } = {}) {
  let waited = false;
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      const owner = { pid: process.pid, started: startTicks(process.pid) };
      await handle.writeFile(JSON.stringify(owner));
      await handle.close();
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    // A lock file is empty for a moment between its creation and the write.
    let owner = await readOwner(file);
    if (owner === null) {
      await sleep(pollMilliseconds);
      owner = await readOwner(file);
    }
    if (ownerLives(owner)) {
      if (!waited) onWait?.(owner.pid);
      waited = true;
      await sleep(pollMilliseconds);
    } else await removeStale(file);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
