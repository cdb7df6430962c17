import type { Device } from '@shared/machine';
import { describe, expect, it } from 'vitest';
import { devicesText, loadText } from './device-text';

const card: Device = {
  id: 'rocm:0',
  kind: 'rocm',
  name: 'AMD Radeon RX 7900 GRE',
  memoryBytes: 16 * 2 ** 30,
  unifiedMemory: false,
  integrated: false,
  architecture: 'gfx1100',
  driver: 'amdgpu 6.12.12',
  runtime: 'ROCm 6.4.0',
  usable: true,
  problem: null,
  fix: null,
  precisions: ['float32', 'bfloat16'],
  quantizations: ['none', 'nf4'],
  environment: 'torch-rocm',
  recorded: false,
  chosen: true,
  reason: 'It is the only graphics card that can train.',
};
const load = {
  id: 'rocm:0',
  memoryUsedBytes: 1.5 * 2 ** 30,
  memoryTotalBytes: 16 * 2 ** 30,
  busyShare: 0.973,
  temperatureCelsius: 71.4,
  powerWatts: 218.6,
};

describe('a device in a terminal', () => {
  it('shows what it is, does now, needs, and why it is chosen', () => {
    const text = devicesText([card], [load], []);
    for (const part of [
      '● ',
      'rocm:0  AMD Radeon RX 7900 GRE  16.0 GiB  gfx1100',
      'amdgpu 6.12.12',
      'ROCm 6.4.0',
      'torch-rocm',
      'chosen: It is the only graphics card that can train.',
      'trains in: float32, bfloat16; quantization: none, nf4',
      'now: 1.5 GiB of 16.0 GiB used, 97 % busy, 71 °C, 219 W',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('that cannot be used shows its fix instead', () => {
    const problem = 'Permission denied on /dev/kfd.';
    const broken = {
      ...card,
      chosen: false,
      usable: false,
      problem,
      reason: problem,
      fix: 'Do it.',
    };
    const text = devicesText([broken], [], []);
    expect(text).toContain('✗');
    expect(text).toContain('fix: Do it.');
    expect(text).not.toContain('trains in');
    expect(text).not.toContain('now:');
  });

  it('leaves out what a device does not say', () => {
    const silent = { busyShare: null, temperatureCelsius: null, powerWatts: null };
    expect(loadText({ ...load, ...silent })).toBe('1.5 GiB of 16.0 GiB used');
    expect(loadText({ ...load, ...silent, memoryUsedBytes: null })).toBe('');
  });
});
