import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectApple, parseGraphics, workingSetBytes } from './apple';
import { machineInUse } from './sources/machine-in-use';

const machines = resolve(import.meta.dirname, '../../../tests/fixtures/machines');
const machine = (name: string) => machineInUse({ LORABENCH_MACHINE: join(machines, name) });
const gibibyte = 2 ** 30;

describe('Apple silicon', () => {
  it('has the memory that its GPU may use, not all of it', async () => {
    const [found] = await detectApple(await machine('m1-max'));
    expect(found?.device).toMatchObject({
      id: 'mlx',
      name: 'Apple M1 Max',
      memoryBytes: 48 * gibibyte,
      unifiedMemory: true,
      environment: 'mlx',
      runtime: 'Metal 3, 32 GPU cores, 64 GiB unified memory',
      quantizations: ['none', 'mlx4'],
    });
  });

  it.each([
    [16, null, 10.67],
    [32, null, 21.33],
    [64, 0, 48],
    [64, 57_344, 56],
    [16, 999_999, 16],
  ])('with %i GiB and a wired limit of %s MiB gives %d GiB', (memory, limit, expected) => {
    expect(workingSetBytes(memory * gibibyte, limit) / gibibyte).toBeCloseTo(expected, 2);
  });

  it('under an old macOS cannot be used', async () => {
    const sources = await machine('m1-max');
    const [found] = await detectApple({
      ...sources,
      run: async (command, args, limit) =>
        command === 'sw_vers'
          ? { kind: 'ended', exitCode: 0, stdout: '13.6.9\n', stderr: '' }
          : sources.run(command, args, limit),
    });
    expect(found?.device.problem).toContain('macOS 13.6.9 is too old');
  });

  it('is told by the system when its tools fail', async () => {
    const sources = await machine('m1-max');
    const [found] = await detectApple({ ...sources, run: async () => ({ kind: 'timeout' }) });
    expect(found?.device).toMatchObject({
      name: 'Apple M1 Max',
      memoryBytes: 48 * gibibyte,
      usable: true,
    });
  });

  it('is not a Mac with a processor by Intel', async () => {
    expect(await detectApple({ ...(await machine('m1-max')), architecture: 'x64' })).toEqual([]);
    const amd = '{"SPDisplaysDataType":[{"spdisplays_vendor":"sppci_vendor_amd"}]}';
    expect(parseGraphics(amd)).toBeNull();
    expect(parseGraphics('not JSON')).toBeNull();
  });
});
