import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectCpu } from './cpu';
import { machineInUse } from './sources/machine-in-use';

const machines = resolve(import.meta.dirname, '../../../tests/fixtures/machines');
const cpuOf = async (name: string) => {
  const sources = await machineInUse({ LORABENCH_MACHINE: join(machines, name) });
  const [found] = await detectCpu(sources);
  if (found === undefined) throw new Error('there is no CPU');
  return found;
};

describe('the CPU', () => {
  it.each([
    ['rx-7900-gre', '16 cores, AVX2', false],
    ['rx-7900-xtx', '16 cores, AVX-512, AVX2, bfloat16', true],
    ['h200', '16 cores, AMX, AVX-512, AVX2, bfloat16', true],
    ['vm-without-gpu', '4 cores, AVX-512, AVX2', false],
    ['m4', '10 cores, NEON, bfloat16', true],
    ['m1-max', '10 cores, NEON', false],
  ])('of %s has %s', async (name, runtime, bfloat16) => {
    const { device } = await cpuOf(name);
    expect(device.runtime).toBe(runtime);
    expect(device.precisions.includes('bfloat16')).toBe(bfloat16);
  });

  it('has the memory that its control group leaves it, the tightest above it', async () => {
    const { device, load, note } = await cpuOf('h200');
    expect(device.memoryBytes).toBe(128 * 2 ** 30);
    const group = '/sys/fs/cgroup/kubepods.slice/job.scope';
    expect(load).toEqual({ kind: 'cpu', usedFile: `${group}/memory.current` });
    expect(note).toContain('limits');
    expect((await cpuOf('two-rtx-3090')).device.memoryBytes).toBe(128 * 2 ** 30);
    expect((await cpuOf('two-rtx-3090')).note).toBeNull();
  });
});
