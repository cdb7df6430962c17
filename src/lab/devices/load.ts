/** How busy the machine is, once a second while somebody looks. */

import { readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineLoad } from '@shared/machine';
import { cpuTemperature } from 'systeminformation';

const intervalMilliseconds = 1000;
/** Temperatures change slowly and are dear to read on some systems. */
const temperatureEvery = 5;

export async function* machineLoad(
  home: string,
  signal: AbortSignal,
): AsyncGenerator<MachineLoad, void, void> {
  let before = processorTimes();
  let temperature: number | null = null;
  for (let round = 0; !signal.aborted; round += 1) {
    await sleep(round === 0 ? 200 : intervalMilliseconds, undefined, { signal }).catch(
      () => undefined,
    );
    if (signal.aborted) return;
    const now = processorTimes();
    const total = now.total - before.total;
    if (round % temperatureEvery === 0) temperature = await readTemperature();
    const memoryTotalBytes = totalmem();
    yield {
      time: Date.now(),
      processorShare: total > 0 ? Math.min(1, Math.max(0, (now.busy - before.busy) / total)) : 0,
      memoryUsedBytes: memoryTotalBytes - (await availableMemory()),
      memoryTotalBytes,
      temperatureCelsius: temperature,
      powerWatts: null,
      diskFreeBytes: await diskFree(home),
    };
    before = now;
  }
}

function processorTimes(): { readonly busy: number; readonly total: number } {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}

/** Linux counts its file cache as used; MemAvailable is what programs can still get. */
async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kibibytes = /^MemAvailable:\s+(\d+)/m.exec(text)?.[1];
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
}

async function readTemperature(): Promise<number | null> {
  const found = await cpuTemperature().catch(() => null);
  return found !== null && Number.isFinite(found.main) && found.main > 0 ? found.main : null;
}

export async function diskFree(folder: string): Promise<number> {
  const found = await statfs(folder);
  return found.bavail * found.bsize;
}
