import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MachineLoad, machineLoadSchema } from '@shared/machine';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Detection, detect } from './devices';
import { machineLoad } from './load';
import { HostLoad, parseStat, parseVmStat } from './load/host-load';
import { monitorOf } from './load/load-monitor';
import { NvidiaLoads, parseLoad } from './load/nvidia-loads';
import { machineInUse } from './sources/machine-in-use';
import { commandLines } from './sources/run-command';
import { thisMachine } from './sources/this-machine';

const machines = resolve(import.meta.dirname, '../../../tests/fixtures/machines');
const machine = (name: string) => machineInUse({ LORABENCH_MACHINE: join(machines, name) });
const folder = mkdtempSync(join(tmpdir(), 'lorabench-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function readings(count: number, found: () => Promise<Detection>): Promise<MachineLoad[]> {
  const listening = new AbortController();
  const taken: MachineLoad[] = [];
  for await (const reading of machineLoad(folder, listening.signal, found)) {
    taken.push(machineLoadSchema.parse(reading));
    if (taken.length === count) listening.abort();
  }
  return taken;
}

const readingOf = async (name: string) => {
  const found = await detect(await machine(name));
  const [reading] = await readings(1, async () => found);
  return new Map(reading?.devices.map((device) => [device.id, device]));
};

describe('the load of a machine', () => {
  it('comes once a second, and stops when nobody listens', async () => {
    const found = await detect(thisMachine());
    const began = performance.now();
    const [, second] = await readings(2, async () => found);
    expect(performance.now() - began).toBeGreaterThan(1_000);
    expect(second?.memoryUsedBytes).toBeLessThan(second?.memoryTotalBytes ?? 0);
    expect(second?.devices.find(({ id }) => id === 'cpu')).toMatchObject({
      busyShare: second?.processorShare,
    });
  });

  it('of an AMD card comes from sysfs, power by whichever name it has', async () => {
    expect((await readingOf('rx-7900-gre')).get('rocm:0')).toEqual({
      id: 'rocm:0',
      memoryUsedBytes: 1_187_315_712,
      memoryTotalBytes: 17_163_091_968,
      busyShare: 0.03,
      temperatureCelsius: 41,
      powerWatts: 19,
    });
    const laptop = await readingOf('laptop-780m-rtx-4060');
    expect(laptop.get('rocm:0')).toMatchObject({
      powerWatts: 9,
      // What graphics in the processor take of the machine's memory counts too.
      memoryUsedBytes: 838_860_800 + 314_572_800,
    });
  });

  it('of NVIDIA cards comes from one nvidia-smi, and what it does not tell is null', async () => {
    const two = await readingOf('two-rtx-3090');
    expect(two.get('cuda:0')).toMatchObject({
      memoryUsedBytes: 21_874 * 2 ** 20,
      busyShare: 0.97,
      temperatureCelsius: 71,
      powerWatts: 348.12,
    });
    expect(two.get('cuda:1')).toMatchObject({ busyShare: 0, powerWatts: 21.4 });
    expect((await readingOf('laptop-780m-rtx-4060')).get('cuda:0')?.powerWatts).toBeNull();
    expect((await readingOf('h200-sliced')).get('cuda:0')).toMatchObject({
      memoryUsedBytes: null,
      busyShare: null,
      temperatureCelsius: 33,
    });
  });

  it('of a processor under a limit is what is in use of the limit', async () => {
    expect((await readingOf('h200')).get('cpu')).toMatchObject({
      memoryUsedBytes: 20 * 2 ** 30,
      memoryTotalBytes: 128 * 2 ** 30,
    });
  });

  it('of a Mac is its memory', async () => {
    const mac = await readingOf('m1-max');
    const available = (1_800_000 + 900_000 + 70_000) * 16_384;
    expect(mac.get('mlx')).toMatchObject({
      memoryUsedBytes: 64 * 2 ** 30 - available,
      busyShare: null,
    });
  });

  it('of a card whose files end in errors is null, not nothing', async () => {
    const found = await detect({ ...(await machine('rx-7900-gre')) });
    const broken: Detection = {
      ...found,
      sources: {
        ...found.sources,
        read: async () => ({ kind: 'failed', why: 'EIO', hangs: false }),
      },
    };
    const [reading] = await readings(1, async () => broken);
    expect(reading?.devices.find(({ id }) => id === 'rocm:0')).toMatchObject({
      memoryUsedBytes: null,
      busyShare: null,
    });
  });

  it('does not ask a driver again that once did not answer', async () => {
    const found = await detect(await machine('rx-7900-gre'));
    let asked = 0;
    const hanging: Detection = {
      ...found,
      sources: {
        ...found.sources,
        read: async (path) => {
          if (!path.includes('/card0/')) return found.sources.read(path);
          asked += 1;
          return { kind: 'failed', why: 'no answer in 2 s', hangs: true };
        },
      },
    };
    await readings(3, async () => hanging);
    expect(asked).toBe(1);
  });

  it('is read once for all who look at the same time', async () => {
    const found = await detect(await machine('rx-7900-gre'));
    const monitor = monitorOf(found);
    expect(monitorOf(found)).toBe(monitor);
    expect(await monitor.read()).toBe(await monitor.read());
  });
});

describe('the processor’s share', () => {
  it('is taken between two looks', async () => {
    const stats = ['cpu  100 0 100 800 0 0 0 0 0 0', 'cpu  150 0 150 900 0 0 0 0 0 0'];
    const sources = await machine('vm-without-gpu');
    const load = new HostLoad({
      ...sources,
      read: async (path) =>
        path === '/proc/stat' ? { kind: 'text', text: stats.shift() ?? '' } : sources.read(path),
    });
    expect((await load.read()).processorShare).toBe(0);
    expect((await load.read()).processorShare).toBe(0.5);
    expect((await load.read()).processorShare).toBe(0);
  });

  it('counts waiting for a disk as idle, and guests once', () => {
    expect(parseStat('cpu  10 1 2 70 7 3 4 3 99 99\ncpu0 1 1 1 1')).toEqual({
      busy: 23,
      total: 100,
    });
    expect(parseStat('')).toBeNull();
  });

  it('of a Mac’s memory needs whole output', () => {
    expect(parseVmStat('page size of 4096 bytes\nPages free: 2.')).toBeNull();
  });
});

describe('the running nvidia-smi', () => {
  it('is read line by line', () => {
    expect(parseLoad('0, 3021, 97, 61, 214.53')).toEqual({
      index: 0,
      sensors: {
        memoryUsedBytes: 3021 * 2 ** 20,
        busyShare: 0.97,
        temperatureCelsius: 61,
        powerWatts: 214.53,
      },
    });
    expect(parseLoad('No devices were found')).toBeNull();
    expect(parseLoad('')).toBeNull();
  });

  it('is started again when it dies, and ended when nobody listens', async () => {
    const path = join(folder, 'nvidia-smi');
    const starts = join(folder, 'starts');
    writeFileSync(path, `#!/bin/sh\necho $$ >> ${starts}\necho "0, 100, 5, 40, 20.5"\nexit 1\n`);
    chmodSync(path, 0o755);
    const sources = thisMachine();
    const loads = new NvidiaLoads(
      { ...sources, lines: (_, args, signal) => commandLines(path, args, signal) },
      { first: 20, longest: 40 },
    );
    loads.start();
    const count = (): number => readFileSync(starts, 'utf8').trim().split('\n').length;
    await vi.waitFor(() => expect(count()).toBeGreaterThan(1), { timeout: 15_000 });
    expect(loads.latest(0)).toMatchObject({ busyShare: 0.05, powerWatts: 20.5 });
    expect(loads.latest(1).busyShare).toBeNull();
    loads.stop();
    const before = count();
    expect(loads.latest(0).busyShare).toBeNull();
    await sleep(200);
    expect(count()).toBeLessThanOrEqual(before + 1);
  });
});
