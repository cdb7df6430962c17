/** Load of one AMD card from sysfs (kernel documentation: gpu/amdgpu/thermal, driver-misc). */
import type { DeviceLoad } from '@shared/machine';
import type { MachineSources } from '../sources/machine-sources';

export type Sensors = Omit<DeviceLoad, 'id' | 'memoryTotalBytes'>;

export const silent: Sensors = {
  memoryUsedBytes: null,
  busyShare: null,
  temperatureCelsius: null,
  powerWatts: null,
};

export class AmdLoad {
  readonly #sources: MachineSources;
  readonly #folder: string;
  readonly #shared: boolean;
  #hwmon: Promise<string | null> | null = null;
  #hangs = false;

  constructor(sources: MachineSources, folder: string, shared: boolean) {
    this.#sources = sources;
    this.#folder = folder;
    this.#shared = shared;
  }

  async read(): Promise<Sensors> {
    const vram = await this.#number(`${this.#folder}/mem_info_vram_used`);
    const host = this.#shared ? await this.#number(`${this.#folder}/mem_info_gtt_used`) : null;
    const percent = await this.#number(`${this.#folder}/gpu_busy_percent`);
    this.#hwmon ??= this.#findHwmon();
    const hwmon = await this.#hwmon;
    const millidegrees = hwmon === null ? null : await this.#number(`${hwmon}/temp1_input`);
    const microwatts = hwmon === null ? null : await this.#power(hwmon);
    return {
      memoryUsedBytes: vram === null ? null : vram + (host ?? 0),
      busyShare: percent === null ? null : Math.min(1, percent / 100),
      temperatureCelsius: millidegrees === null ? null : millidegrees / 1000,
      powerWatts: microwatts === null ? null : microwatts / 1e6,
    };
  }

  /** Newer cards tell what they take now, older ones an average. */
  async #power(hwmon: string): Promise<number | null> {
    return (await this.#number(`${hwmon}/power1_average`)) ?? this.#number(`${hwmon}/power1_input`);
  }

  async #findHwmon(): Promise<string | null> {
    const [name] = await this.#sources.list(`${this.#folder}/hwmon`);
    return name === undefined ? null : `${this.#folder}/hwmon/${name}`;
  }

  /** A driver that once did not answer is not asked again: each question would hold up a thread. */
  async #number(file: string): Promise<number | null> {
    if (this.#hangs) return null;
    const reading = await this.#sources.read(file);
    if (reading.kind === 'failed' && reading.hangs) this.#hangs = true;
    if (reading.kind !== 'text' || reading.text === '') return null;
    const value = Number(reading.text);
    return Number.isFinite(value) && value >= 0 ? value : null;
  }
}
