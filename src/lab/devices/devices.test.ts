import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deviceSchema } from '@shared/machine';
import { afterEach, describe, expect, it } from 'vitest';
import { type Detection, detect, devices, findDevice } from './devices';
import { machineInUse } from './sources/machine-in-use';
import { recordingSchema } from './sources/recorded-machine';

const machines = resolve(import.meta.dirname, '../../../tests/fixtures/machines');
const names = readdirSync(machines, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const detections = new Map<string, Promise<{ detection: Detection; milliseconds: number }>>();

/** Each recording is read once, with the time that it took. */
function read(name: string) {
  const known = detections.get(name) ?? measure(name);
  detections.set(name, known);
  return known;
}

async function measure(name: string) {
  const began = performance.now();
  const sources = await machineInUse({ LORABENCH_MACHINE: join(machines, name) });
  return { detection: await detect(sources), milliseconds: performance.now() - began };
}

/** What is found on each recorded machine, what is chosen (●), and a word of the reason why. */
const truth: Readonly<Record<string, readonly string[]>> = {
  'gtx-1080-old-driver': [
    '✗ cuda:0 Driver 470.182.03 is too old',
    '● cpu No graphics card can be used',
  ],
  h200: ['● cuda:0 only graphics card', '○ cpu is faster. A container or service limits'],
  'h200-sliced': ['● cuda:0 split into slices (MIG); a job gets one', '○ cpu is faster'],
  'kfd-permission-denied': ['✗ rocm:0 Permission denied on /dev/kfd', '● cpu No graphics card can'],
  'laptop-780m-rtx-4060': [
    '● cuda:0 only graphics card',
    '○ rocm:0 part of the processor, and there is a card of its own',
    '○ cpu is faster',
  ],
  'm1-max': ['● mlx the GPU of this Mac', '○ cpu is faster'],
  m4: ['● mlx the GPU of this Mac', '○ cpu is faster'],
  'nvidia-driver-not-loaded': [
    "✗ cuda:0 couldn't communicate with the",
    '● cpu No graphics card can',
  ],
  'nvidia-smi-hangs': [
    '✗ cuda:0 The driver hangs',
    '● rocm:0 only graphics card',
    '○ cpu is faster',
  ],
  'nvidia-without-driver': ['✗ cuda:0 not installed (nouveau serves', '● cpu No graphics card can'],
  'rocm-half-installed': [
    '✗ rocm:0 half installed: there is no /dev/kfd',
    '● cpu No graphics card',
  ],
  'rocm-tools-hang': ['● rocm:0 rocminfo and amd-smi did not answer in time', '○ cpu is faster'],
  'rx-7900-gre': ['● rocm:0 only graphics card', '○ cpu AMD Radeon RX 7900 GRE is faster'],
  'rx-7900-xtx': ['● rocm:0 only graphics card', '✗ rocm:1 no code for gfx1036', '○ cpu is faster'],
  'strix-halo': ['● rocm:0 only graphics here', '○ cpu is faster'],
  'sysfs-unreadable': ["✗ rocm:0 does not tell the card's memory", '● cpu No graphics card can'],
  'two-rtx-3090': [
    '● cuda:0 No card has more memory',
    '○ cuda:1 has as much memory',
    '○ cpu is faster',
  ],
  'vm-without-gpu': ['● cpu No graphics card was found'],
};

describe('what is chosen on each recorded machine, and why', () => {
  it('covers every recording', () => {
    expect(Object.keys(truth).sort()).toEqual([...names].sort());
  });

  it.concurrent.each(names)(
    '%s',
    async (name) => {
      const { detection, milliseconds } = await read(name);
      const found = detection.devices;
      // Tools have five seconds; those that hang are asked at the same time.
      expect(milliseconds).toBeLessThan(40_000);
      expect(found).toHaveLength(truth[name]?.length ?? 0);
      truth[name]?.forEach((line, index) => {
        const [mark, id, ...words] = line.split(' ');
        const device = found[index];
        const shown = device?.chosen ? '●' : device?.usable ? '○' : '✗';
        expect([shown, device?.id]).toEqual([mark, id]);
        expect(device?.reason).toContain(words.join(' '));
      });
    },
    60_000,
  );

  it.concurrent.each(names)(
    '%s: each device is whole, says that it is recorded, and has a fix when it cannot be used',
    async (name) => {
      const found = (await read(name)).detection.devices;
      expect(found.map((device) => deviceSchema.parse(device))).toEqual(found);
      expect(found.filter(({ chosen }) => chosen)).toHaveLength(1);
      for (const device of found) {
        expect(device.recorded).toBe(true);
        expect(device.reason).toContain('Read from a recording');
        expect(device.usable).toBe(device.problem === null);
        expect(device.usable).toBe(device.fix === null);
        if (!device.usable) continue;
        expect(device.memoryBytes).toBeGreaterThan(1e9);
        expect(device.precisions).toContain('float32');
        expect(device.quantizations).toContain('none');
      }
    },
    60_000,
  );

  it('names where each recording was published', () => {
    for (const name of names) {
      const text = readFileSync(join(machines, name, 'machine.json'), 'utf8');
      const recording = recordingSchema.parse(JSON.parse(text));
      expect(recording.sources.length, name).toBeGreaterThan(0);
      expect(readFileSync(join(machines, 'README.md'), 'utf8')).toContain(`\`${name}\``);
    }
  });
});

describe('the devices of this machine', () => {
  afterEach(async () => {
    delete process.env.LORABENCH_MACHINE;
    await devices(true);
  });

  it('always hold the CPU, with the formats that it computes in', async () => {
    const all = await devices(true);
    expect(all.map((device) => deviceSchema.parse(device))).toEqual(all);
    const cpu = all.find(({ id }) => id === 'cpu');
    expect(cpu).toMatchObject({ usable: true, recorded: false, environment: 'torch-cpu' });
    expect(cpu?.memoryBytes).toBeGreaterThan(1e9);
    expect((await findDevice()).usable).toBe(true);
  });

  it('are those of the machine that LORABENCH_MACHINE names, from the next look on', async () => {
    await devices(true);
    process.env.LORABENCH_MACHINE = join(machines, 'two-rtx-3090');
    expect((await devices()).some(({ id }) => id === 'cuda:1')).toBe(false);
    await devices(true);
    expect((await findDevice()).id).toBe('cuda:0');
    expect((await findDevice('cuda:1')).name).toBe('NVIDIA GeForce RTX 3090');
  });

  it('refuse a device that cannot be used, with its problem and fix', async () => {
    process.env.LORABENCH_MACHINE = join(machines, 'kfd-permission-denied');
    await devices(true);
    await expect(findDevice('rocm:0')).rejects.toMatchObject({
      code: 'refused',
      why: expect.stringContaining('/dev/kfd'),
      fix: expect.stringContaining('usermod'),
    });
    await expect(findDevice('cuda:7')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('say that LORABENCH_MACHINE is wrong, each time they are asked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lorabench-no-machine-'));
    process.env.LORABENCH_MACHINE = folder;
    try {
      await expect(devices(true)).rejects.toMatchObject({ code: 'bad_input' });
      await expect(devices()).rejects.toMatchObject({ code: 'bad_input' });
      delete process.env.LORABENCH_MACHINE;
      expect((await devices()).some(({ id }) => id === 'cpu')).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
