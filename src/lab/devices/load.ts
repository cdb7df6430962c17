/** How busy the machine is, once a second while somebody looks. */
import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineLoad } from '@shared/machine';
import { type Detection, detection } from './devices';
import { type LoadMonitor, monitorOf } from './load/load-monitor';

const intervalMilliseconds = 1_000;
/** Until the first reading: shares are taken over a time. */
const firstMilliseconds = 450;

interface Listening {
  readonly monitor: LoadMonitor;
  readonly release: () => void;
}

/** `home`: the lab home, whose disk is looked at. `machine`: detected anew when the user asks for it. */
export async function* machineLoad(
  home: string,
  signal: AbortSignal,
  machine: () => Promise<Detection> = detection,
): AsyncGenerator<MachineLoad, void, void> {
  let listening: Listening | null = null as Listening | null;
  try {
    while (!signal.aborted) {
      const monitor = monitorOf(await machine());
      const isFirst = monitor !== listening?.monitor;
      if (isFirst) {
        listening?.release();
        listening = { monitor, release: monitor.listen() };
        await monitor.read();
      }
      const wait = isFirst ? firstMilliseconds : intervalMilliseconds;
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      yield { ...(await monitor.read()), diskFreeBytes: await diskFree(home) };
    }
  } finally {
    listening?.release();
  }
}

export async function diskFree(folder: string): Promise<number> {
  const found = await statfs(folder);
  return found.bavail * found.bsize;
}
