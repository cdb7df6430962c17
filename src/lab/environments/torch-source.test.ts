import { join } from 'node:path';
import type { Device } from '@shared/machine';
import { describe, expect, it } from 'vitest';
import { detect } from '../devices/devices';
import { recordedMachine } from '../devices/sources/recorded-machine';
import { type SourceDevice, torchSources } from './torch-source';

const card = (environment: Device['environment'], more: Partial<SourceDevice>): SourceDevice => ({
  name: 'A card',
  environment,
  driver: null,
  runtime: null,
  architecture: null,
  chosen: true,
  integrated: false,
  ...more,
});
const machines = join(import.meta.dirname, '../../../tests/fixtures/machines');
const urls = (sources: ReturnType<typeof torchSources>) =>
  sources.map(({ url }) => url?.replace('https://download.pytorch.org/whl/', '') ?? 'default');

describe('PyTorch comes', () => {
  it.each([
    ['580.65.06', 'compute capability 8.9', ['cu130', 'default']],
    ['550.54.14', 'compute capability 8.6', ['cu126']],
    ['590.10', 'compute capability 6.1', ['cu126']],
    ['595.1', 'compute capability 12.0', ['cu130', 'default']],
  ])('for driver %s and %s from %j', (driver, architecture, expected) => {
    const devices = [card('torch-cuda', { driver, architecture })];
    expect(urls(torchSources('torch-cuda', devices, 'linux'))).toEqual(expected);
  });

  it.each([
    ['470.1', 'compute capability 8.6', '525'],
    ['550.1', 'compute capability 12.0', '580'],
  ])(
    'for driver %s and %s from nowhere, and says which driver is needed',
    (driver, architecture, needed) => {
      const devices = [card('torch-cuda', { driver, architecture })];
      expect(() => torchSources('torch-cuda', devices, 'linux')).toThrow(needed);
    },
  );

  it.each([
    ['ROCm 6.4.1', ['rocm7.1', 'rocm7.2']],
    ['ROCm 7.1.0', ['rocm7.1', 'rocm7.2']],
    ['ROCm 7.2.3', ['rocm7.2', 'rocm7.1']],
    [null, ['rocm7.2', 'rocm7.1']],
  ])('for %s from %j, never from an index without ROCm', (runtime, expected) => {
    const devices = [card('torch-rocm', { runtime })];
    expect(urls(torchSources('torch-rocm', devices, 'linux'))).toEqual(expected);
  });

  it('for the chosen card of several, and never for graphics in the processor beside it', () => {
    const old = { driver: '550.1', architecture: 'compute capability 8.6' };
    const recent = { driver: '580.1', architecture: 'compute capability 8.6' };
    const devices = [
      card('torch-cuda', { ...old, chosen: false, integrated: true }),
      card('torch-cuda', { ...old, chosen: false }),
      card('torch-cuda', recent),
    ];
    expect(urls(torchSources('torch-cuda', devices, 'linux'))[0]).toBe('cu130');
  });

  it('from the usual index where that has the only build, and not on Windows where it lacks CUDA', () => {
    expect(torchSources('torch-cpu', [], 'darwin')).toEqual([]);
    expect(torchSources('mlx', [], 'linux')).toEqual([]);
    expect(urls(torchSources('torch-cpu', [], 'linux'))).toEqual(['cpu', 'default']);
    expect(urls(torchSources('torch-cuda', [], 'win32'))).toEqual(['cu130']);
  });

  it.each([
    ['rx-7900-gre', 'torch-rocm', 'rocm7.1'],
    ['two-rtx-3090', 'torch-cuda', /^cu1(26|30)$/],
    ['h200', 'torch-cuda', 'cu130'],
    ['laptop-780m-rtx-4060', 'torch-cuda', /^cu1(26|30)$/],
    ['vm-without-gpu', 'torch-cpu', 'cpu'],
  ] as const)('for the recorded machine %s to %s from %s', async (name, environment, expected) => {
    const machine = recordedMachine(join(machines, name));
    const { devices } = await detect(await machine);
    const [first] = urls(torchSources(environment, devices, 'linux'));
    if (typeof expected === 'string') expect(first).toBe(expected);
    else expect(first).toMatch(expected);
  });

  it('for a recorded card with an old driver from nowhere', async () => {
    const { devices } = await detect(await recordedMachine(join(machines, 'gtx-1080-old-driver')));
    expect(() => torchSources('torch-cuda', devices, 'linux')).toThrow('too old');
  });
});
