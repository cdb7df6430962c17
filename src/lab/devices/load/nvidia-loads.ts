/** Load of the NVIDIA cards from one nvidia-smi that writes a line for each card every second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { numberOf, told } from '../nvidia/nvidia-smi';
import type { MachineSources } from '../sources/machine-sources';
import { type Sensors, silent } from './amd-load';

const fields = 'index,memory.used,utilization.gpu,temperature.gpu,power.draw';
const everyMilliseconds = 1_000;
/** A reading that is older says nothing of now. */
const staleMilliseconds = 5_000;
const mebibyte = 1024 * 1024;

export class NvidiaLoads {
  readonly #sources: MachineSources;
  readonly #waits: { readonly first: number; readonly longest: number };
  readonly #readings = new Map<number, { readonly sensors: Sensors; readonly time: number }>();
  #running: AbortController | null = null;

  /** `waits`: milliseconds before nvidia-smi is started again; doubled each time it dies at once. */
  constructor(sources: MachineSources, waits = { first: 1_000, longest: 60_000 }) {
    this.#sources = sources;
    this.#waits = waits;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    void this.#follow(this.#running.signal);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#readings.clear();
  }

  latest(index: number): Sensors {
    const reading = this.#readings.get(index);
    if (reading === undefined || Date.now() - reading.time > staleMilliseconds) return silent;
    return reading.sensors;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let wait = this.#waits.first;
    while (!signal.aborted) {
      const began = Date.now();
      const lines = this.#sources.lines(
        'nvidia-smi',
        [`--query-gpu=${fields}`, '--format=csv,noheader,nounits', '-lms', `${everyMilliseconds}`],
        signal,
      );
      for await (const line of lines) {
        const found = parseLoad(line);
        if (found !== null && !signal.aborted) {
          this.#readings.set(found.index, { sensors: found.sensors, time: Date.now() });
        }
      }
      const lived = Date.now() - began > 10 * everyMilliseconds;
      wait = lived ? this.#waits.first : Math.min(wait * 2, this.#waits.longest);
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

/** "0, 3021, 97, 61, 214.53"; what a card does not tell is in brackets. */
export function parseLoad(
  line: string,
): { readonly index: number; readonly sensors: Sensors } | null {
  const [index, used, busy, temperature, power] = line.split(',').map((text) => told(text));
  if (index === undefined || index === null || !/^\d+$/.test(index)) return null;
  const memory = numberOf(used ?? null);
  const percent = numberOf(busy ?? null);
  return {
    index: Number(index),
    sensors: {
      memoryUsedBytes: memory === null ? null : memory * mebibyte,
      busyShare: percent === null ? null : Math.min(1, Math.max(0, percent / 100)),
      temperatureCelsius: numberOf(temperature ?? null),
      powerWatts: numberOf(power ?? null),
    },
  };
}
