/** One reader of the load of a detected machine, shared by all who look at the same time. */
import type { DeviceLoad, MachineLoad } from '@shared/machine';
import type { LoadSource } from '../detected-device';
import type { Detection } from '../devices';
import { readNumber } from '../sources/machine-sources';
import { AmdLoad, type Sensors, silent } from './amd-load';
import { HostLoad, type HostReading } from './host-load';
import { NvidiaLoads } from './nvidia-loads';

export type LoadReading = Omit<MachineLoad, 'diskFreeBytes'>;

/** Those who look within this time see the same reading. */
const freshMilliseconds = 400;

export class LoadMonitor {
  readonly #detection: Detection;
  readonly #host: HostLoad;
  readonly #nvidia: NvidiaLoads;
  readonly #amd = new Map<string, AmdLoad>();
  #listeners = 0;
  #reading: { readonly time: number; readonly value: Promise<LoadReading> } | null = null;

  constructor(detection: Detection) {
    this.#detection = detection;
    this.#host = new HostLoad(detection.sources);
    this.#nvidia = new NvidiaLoads(detection.sources);
    for (const [id, load] of detection.loads) {
      if (load.kind === 'amd') {
        this.#amd.set(id, new AmdLoad(detection.sources, load.folder, load.shared));
      }
    }
  }

  /** Keeps what must run for readings running until the returned function is called. */
  listen(): () => void {
    this.#listeners += 1;
    const hasNvidia = [...this.#detection.loads.values()].some(({ kind }) => kind === 'nvidia');
    if (this.#listeners === 1 && hasNvidia) this.#nvidia.start();
    let listening = true;
    return () => {
      if (!listening) return;
      listening = false;
      this.#listeners -= 1;
      if (this.#listeners === 0) this.#nvidia.stop();
    };
  }

  /** Shares are those since the reading before. */
  read(): Promise<LoadReading> {
    const now = Date.now();
    if (this.#reading === null || now - this.#reading.time >= freshMilliseconds) {
      this.#reading = { time: now, value: this.#read(now) };
    }
    return this.#reading.value;
  }

  async #read(time: number): Promise<LoadReading> {
    const host = await this.#host.read();
    const devices = await Promise.all(
      this.#detection.devices.flatMap(({ id, memoryBytes }) => {
        const load = this.#detection.loads.get(id);
        return load === undefined ? [] : [this.#deviceLoad(id, memoryBytes, load, host)];
      }),
    );
    return { time, ...host, devices };
  }

  async #deviceLoad(
    id: string,
    memoryTotalBytes: number,
    load: LoadSource,
    host: HostReading,
  ): Promise<DeviceLoad> {
    const sensors = await this.#sensors(id, load, host);
    const used = sensors.memoryUsedBytes;
    return {
      id,
      memoryTotalBytes,
      ...sensors,
      memoryUsedBytes: used === null ? null : Math.min(used, memoryTotalBytes || used),
    };
  }

  async #sensors(id: string, load: LoadSource, host: HostReading): Promise<Sensors> {
    switch (load.kind) {
      case 'amd':
        return this.#amd.get(id)?.read() ?? silent;
      case 'nvidia':
        return this.#nvidia.latest(load.index);
      case 'unified':
        return { ...silent, memoryUsedBytes: host.memoryUsedBytes };
      case 'cpu':
        return {
          memoryUsedBytes: await this.#processorMemory(load.usedFile, host),
          busyShare: host.processorShare,
          temperatureCelsius: host.temperatureCelsius,
          powerWatts: host.powerWatts,
        };
    }
  }

  /** Under a limit, what counts is what was used of the limit. */
  async #processorMemory(usedFile: string | null, host: HostReading): Promise<number> {
    const used = usedFile === null ? null : await readNumber(this.#detection.sources, usedFile);
    return used ?? host.memoryUsedBytes;
  }
}

const monitors = new WeakMap<Detection, LoadMonitor>();

export function monitorOf(detection: Detection): LoadMonitor {
  const known = monitors.get(detection);
  if (known !== undefined) return known;
  const made = new LoadMonitor(detection);
  monitors.set(detection, made);
  return made;
}
