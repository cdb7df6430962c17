/** Load of the machine as a whole: processor, memory, and what its sensors say. */
import { cpus, freemem } from 'node:os';
import { type MachineSources, readNumber, readText } from '../sources/machine-sources';

export interface HostReading {
  readonly processorShare: number;
  readonly memoryUsedBytes: number;
  readonly memoryTotalBytes: number;
  readonly temperatureCelsius: number | null;
  readonly powerWatts: number | null;
}

interface Times {
  readonly busy: number;
  readonly total: number;
}

/** Sensors of processors by the name of their driver, best first. */
const chips = ['k10temp', 'zenpower', 'coretemp', 'cpu_thermal', 'acpitz'];
const energyFile = '/sys/class/powercap/intel-rapl:0/energy_uj';
/** A program has to be started for it on a Mac. */
const appleMemoryMilliseconds = 5_000;

export class HostLoad {
  readonly #sources: MachineSources;
  #times: Times | null = null;
  #energy: { readonly microjoules: number; readonly time: number } | null = null;
  #sensor: Promise<string | null> | null = null;
  #appleMemory: { readonly used: number; readonly time: number } | null = null;

  constructor(sources: MachineSources) {
    this.#sources = sources;
  }

  /** The processor's share is that since the last call; 0 at the first. */
  async read(): Promise<HostReading> {
    const [processorShare, memory, temperatureCelsius, powerWatts] = await Promise.all([
      this.#processorShare(),
      this.#memory(),
      this.#temperature(),
      this.#power(),
    ]);
    return { processorShare, ...memory, temperatureCelsius, powerWatts };
  }

  async #processorShare(): Promise<number> {
    const now = await this.#processorTimes();
    const before = this.#times;
    this.#times = now;
    if (before === null || now === null || now.total <= before.total) return 0;
    return Math.min(1, Math.max(0, (now.busy - before.busy) / (now.total - before.total)));
  }

  async #processorTimes(): Promise<Times | null> {
    const { platform, recording } = this.#sources;
    if (platform === 'linux') return parseStat((await readText(this.#sources, '/proc/stat')) ?? '');
    return recording === null ? systemTimes() : null;
  }

  async #memory(): Promise<Pick<HostReading, 'memoryUsedBytes' | 'memoryTotalBytes'>> {
    const { memoryBytes, platform, recording } = this.#sources;
    if (platform === 'linux') {
      const text = (await readText(this.#sources, '/proc/meminfo')) ?? '';
      // Linux counts its file cache as used; MemAvailable is what programs can still get.
      const kibibytes = /^MemAvailable:\s+(\d+)/m.exec(text)?.[1];
      const available = kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
      return of(memoryBytes, memoryBytes - available);
    }
    if (platform === 'darwin') return of(memoryBytes, await this.#usedOnApple());
    return of(memoryBytes, recording === null ? memoryBytes - freemem() : 0);
  }

  async #usedOnApple(): Promise<number> {
    const known = this.#appleMemory;
    if (known !== null && Date.now() - known.time < appleMemoryMilliseconds) return known.used;
    const end = await this.#sources.run('vm_stat', []);
    const available = end.kind === 'ended' ? parseVmStat(end.stdout) : null;
    const used = available === null ? 0 : this.#sources.memoryBytes - available;
    this.#appleMemory = { used, time: Date.now() };
    return used;
  }

  async #temperature(): Promise<number | null> {
    this.#sensor ??= findSensor(this.#sources);
    const file = await this.#sensor;
    const millidegrees = file === null ? null : await readNumber(this.#sources, file);
    return millidegrees === null || millidegrees === 0 ? null : millidegrees / 1000;
  }

  /** From the processor's energy counter, where the system lets users read it. */
  async #power(): Promise<number | null> {
    if (this.#sources.platform !== 'linux') return null;
    const microjoules = await readNumber(this.#sources, energyFile);
    const before = this.#energy;
    this.#energy = microjoules === null ? null : { microjoules, time: performance.now() };
    if (before === null || microjoules === null || microjoules <= before.microjoules) return null;
    const seconds = (performance.now() - before.time) / 1000;
    return (microjoules - before.microjoules) / 1e6 / seconds;
  }
}

function of(memoryTotalBytes: number, used: number) {
  return { memoryTotalBytes, memoryUsedBytes: Math.min(memoryTotalBytes, Math.max(0, used)) };
}

/** First line of /proc/stat: "cpu  user nice system idle iowait irq softirq steal …". */
export function parseStat(text: string): Times | null {
  const line = /^cpu\s+(.*)$/m.exec(text)?.[1];
  if (line === undefined) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, ...others] = line
    .trim()
    .split(/\s+/)
    .slice(0, 8)
    .map(Number);
  const busy = user + nice + system + others.reduce((sum, value) => sum + value, 0);
  return { busy, total: busy + idle + wait };
}

function systemTimes(): Times {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}

/** Bytes that macOS can still give, from `vm_stat`: free, inactive and speculative pages. */
export function parseVmStat(text: string): number | null {
  const page = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  const pages = ['free', 'inactive', 'speculative'].map((kind) =>
    Number(new RegExp(`^Pages ${kind}:\\s+(\\d+)`, 'm').exec(text)?.[1]),
  );
  const available = page * pages.reduce((sum, count) => sum + count, 0);
  return Number.isFinite(available) ? available : null;
}

async function findSensor(sources: MachineSources): Promise<string | null> {
  if (sources.platform !== 'linux') return null;
  const folder = '/sys/class/hwmon';
  const names = await Promise.all(
    (await sources.list(folder)).map(async (name) => ({
      file: `${folder}/${name}/temp1_input`,
      chip: (await readText(sources, `${folder}/${name}/name`)) ?? '',
    })),
  );
  const known = names.filter(({ chip }) => chips.includes(chip));
  known.sort((a, b) => chips.indexOf(a.chip) - chips.indexOf(b.chip));
  return known[0]?.file ?? null;
}
