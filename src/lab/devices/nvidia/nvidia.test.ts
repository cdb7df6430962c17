import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { machineInUse } from '../sources/machine-in-use';
import type { CommandEnd } from '../sources/machine-sources';
import { cudaPrecisions, cudaQuantizations, cudaSupport } from './cuda-support';
import { detectNvidia } from './nvidia';
import { parseCards, parseSlices } from './nvidia-smi';

const machines = resolve(import.meta.dirname, '../../../../tests/fixtures/machines');
const machine = (name: string) => machineInUse({ LORABENCH_MACHINE: join(machines, name) });

describe('nvidia-smi', () => {
  it('is read line by line, and what it does not tell is left open', () => {
    const [told, untold, ...rest] = parseCards(
      [
        '0, NVIDIA GeForce RTX 3060, 12288, 550.54.14, 8.6, GPU-a, 00000000:01:00.0, [N/A]',
        '1, NVIDIA GB10, [N/A], 580.95.05, 12.1, GPU-b, 0000000F:01:00.0, [Not Supported]',
        'No devices were found',
        '',
      ].join('\n'),
    );
    expect(told).toMatchObject({
      index: 0,
      memoryBytes: 12288 * 2 ** 20,
      capability: 8.6,
      slot: '0000:01:00.0',
      sliced: false,
    });
    expect(untold).toMatchObject({ name: 'NVIDIA GB10', memoryBytes: null, sliced: false });
    expect(rest).toEqual([]);
  });

  it('lists the slices of one card', () => {
    const list = [
      'GPU 0: NVIDIA H200 (UUID: GPU-a)',
      '  MIG 1g.18gb     Device  0: (UUID: MIG-a)',
      '  MIG 3g.71gb     Device  1: (UUID: MIG-b)',
      'GPU 1: NVIDIA H200 (UUID: GPU-b)',
      '  MIG 1g.18gb+me  Device  0: (UUID: MIG-c)',
    ].join('\n');
    expect(parseSlices(list, 0).map(({ profile }) => profile)).toEqual(['1g.18gb', '3g.71gb']);
    expect(parseSlices(list, 1)).toEqual([{ profile: '1g.18gb+me', memoryBytes: 18 * 2 ** 30 }]);
  });
});

describe('an NVIDIA card', () => {
  it('whose memory is the machine’s says so', async () => {
    const sources = await machine('two-rtx-3090');
    const stdout = '0, NVIDIA GB10, [N/A], 580.95.05, 12.1, GPU-b, 0000000F:01:00.0, [N/A]';
    const [found] = await detectNvidia({
      ...sources,
      run: async (): Promise<CommandEnd> => ({ kind: 'ended', exitCode: 0, stdout, stderr: '' }),
    });
    expect(found?.device).toMatchObject({
      unifiedMemory: true,
      memoryBytes: sources.memoryBytes,
      usable: true,
    });
  });

  it('in slices without a slice cannot be used', async () => {
    const sources = await machine('h200-sliced');
    const [found] = await detectNvidia({
      ...sources,
      run: async (command, args, limit) =>
        args[0] === '-L' ? { kind: 'timeout' } : sources.run(command, args, limit),
    });
    expect(found?.device).toMatchObject({ usable: false, fix: expect.stringContaining('-mig 0') });
  });

  it('whose driver was updated under it needs a restart', async () => {
    const sources = await machine('two-rtx-3090');
    const found = await detectNvidia({
      ...sources,
      run: async () => ({
        kind: 'ended',
        exitCode: 18,
        stdout: 'Failed to initialize NVML: Driver/library version mismatch\n',
        stderr: '',
      }),
    });
    expect(found.map(({ device }) => [device.id, device.fix])).toEqual([
      ['cuda:0', 'Restart the computer.'],
      ['cuda:1', 'Restart the computer.'],
    ]);
  });
});

describe('CUDA builds', () => {
  it.each([
    ['580.65.06', 9.0, 'cu130'],
    ['580.65.06', 12.0, 'cu130'],
    ['550.54.14', 8.6, 'cu126'],
    ['580.65.06', 6.1, 'cu126'],
    ['525.60.13', 7.5, 'cu126'],
  ])('driver %s and compute capability %s take %s', (driver, capability, tag) => {
    expect(cudaSupport(driver, capability).build?.tag).toBe(tag);
  });

  it.each([
    ['470.182.03', 6.1, '525'],
    ['570.124.06', 12.0, '580'],
    [null, 8.6, '525'],
    ['580.65.06', 3.5, 'compute capability 3.5'],
  ])(
    'driver %s and compute capability %s take none, and %s is named',
    (driver, capability, word) => {
      const support = cudaSupport(driver, capability);
      expect(support.build === null && support.problem).toContain(word);
    },
  );

  it('compute in bfloat16 from 8.0, in float16 from 7.0, in NF4 from 6.0 on', () => {
    expect(cudaPrecisions(8)).toEqual(['float32', 'bfloat16', 'float16']);
    expect(cudaPrecisions(7.5)).toEqual(['float32', 'float16']);
    expect(cudaPrecisions(6.1)).toEqual(['float32']);
    expect(cudaQuantizations(6)).toEqual(['none', 'nf4']);
    expect(cudaQuantizations(5.2)).toEqual(['none']);
  });
});
