import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { machineInUse } from '../sources/machine-in-use';
import { detectAmd } from './amd';
import { isParticular, nameOfCard } from './amd-names';
import { parseAmdSmi, parseRocminfo, parseRocmSmi } from './amd-tools';
import { parseProperties, slotOf } from './kfd';
import { gfxName, gfxOfOverride, rocmSupport } from './rocm-support';

const machines = resolve(import.meta.dirname, '../../../../tests/fixtures/machines');
const machine = (name: string) => machineInUse({ LORABENCH_MACHINE: join(machines, name) });

describe('an AMD card', () => {
  it('is told whole from sysfs, KFD and ROCm’s tools', async () => {
    const [found] = await detectAmd(await machine('rx-7900-gre'));
    expect(found?.device).toMatchObject({
      id: 'rocm:0',
      // amd-smi gives the chip's name there, which fits four cards.
      name: 'AMD Radeon RX 7900 GRE',
      memoryBytes: 16_368 * 2 ** 20,
      integrated: false,
      architecture: 'gfx1100',
      driver: 'amdgpu 6.12.12',
      runtime: 'ROCm 6.4.0',
      environment: 'torch-rocm',
      precisions: ['float32', 'bfloat16', 'float16'],
      quantizations: ['none', 'nf4'],
    });
  });

  it('is as whole when its tools do not answer, and named by its PCI id', async () => {
    const sources = await machine('rx-7900-gre');
    const silent = { ...sources, run: async () => ({ kind: 'missing' as const }) };
    const [found] = await detectAmd(silent);
    expect(found?.device).toMatchObject({
      name: 'AMD Radeon RX 7900 GRE',
      architecture: 'gfx1100',
      usable: true,
    });
  });

  it('is named by tools outside the search path, as for a program from the desktop', async () => {
    const sources = await machine('rx-7900-gre');
    const [found] = await detectAmd({
      ...sources,
      run: async (command, args, limit) =>
        command.startsWith('/opt/rocm/bin/')
          ? sources.run(command.slice('/opt/rocm/bin/'.length), args, limit)
          : { kind: 'missing' },
    });
    expect(found?.device.driver).toBe('amdgpu 6.12.12');
    expect(found?.device.name).toBe('AMD Radeon RX 7900 GRE');
  });

  it('is numbered in ROCm’s order, not in that of its card', async () => {
    const found = await detectAmd(await machine('rx-7900-xtx'));
    expect(found.map(({ device }) => [device.id, device.integrated])).toEqual([
      ['rocm:0', false],
      ['rocm:1', true],
    ]);
  });

  it('runs as its neighbour when HSA_OVERRIDE_GFX_VERSION says so', async () => {
    const sources = await machine('rx-7900-gre');
    const environment = { HSA_OVERRIDE_GFX_VERSION: '10.3.0' };
    const [found] = await detectAmd({ ...sources, environment });
    expect(found?.device).toMatchObject({ architecture: 'gfx1030', quantizations: ['none'] });
    expect(found?.note).toContain('NF4');
  });

  it('whose driver is another’s cannot be used', async () => {
    const sources = await machine('rx-7900-gre');
    const [found] = await detectAmd({
      ...sources,
      read: async (path) =>
        path.endsWith('/uevent')
          ? { kind: 'text', text: 'DRIVER=vfio-pci\nPCI_SLOT_NAME=0000:0b:00.0' }
          : sources.read(path),
    });
    expect(found?.device.problem).toContain('vfio-pci');
  });
});

describe('architectures', () => {
  it.each([
    [110000, 'gfx1100'],
    [110003, 'gfx1103'],
    [110501, 'gfx1151'],
    [100306, 'gfx1036'],
    [90010, 'gfx90a'],
    [90402, 'gfx942'],
    [120001, 'gfx1201'],
    [0, null],
  ])('%i of KFD is %s', (version, name) => {
    expect(gfxName(version)).toBe(name);
  });

  it('are read from HSA_OVERRIDE_GFX_VERSION', () => {
    expect(gfxOfOverride('10.3.0')).toBe('gfx1030');
    expect(gfxOfOverride('11.0.0')).toBe('gfx1100');
    expect(gfxOfOverride('nonsense')).toBeNull();
  });

  it.each([
    ['gfx1100', true, ['none', 'nf4'], true],
    ['gfx1201', true, ['none', 'nf4'], true],
    ['gfx1102', true, ['none', 'nf4'], false],
    ['gfx1030', true, ['none'], true],
    ['gfx906', true, ['none'], false],
    ['gfx1036', false, [], false],
    ['gfx803', false, [], false],
  ])('%s computes: %s, quantizes: %s, listed by AMD: %s', (gfx, computes, kinds, listed) => {
    expect(rocmSupport(gfx)).toMatchObject({ computes, quantizations: kinds, listed });
  });

  it('before RDNA3 have no bfloat16 of their own', () => {
    expect(rocmSupport('gfx1030').precisions).not.toContain('bfloat16');
    expect(rocmSupport('gfx90a').precisions).toContain('bfloat16');
  });
});

describe('what tools say', () => {
  it('of rocminfo: the graphics among its agents', async () => {
    const end = await (await machine('rx-7900-xtx')).run('rocminfo', []);
    const text = end.kind === 'ended' ? end.stdout : '';
    expect(parseRocminfo(text)).toMatchObject([
      { node: 1, gfx: 'gfx1100', name: 'AMD Radeon RX 7900 XTX' },
      { node: 2, gfx: 'gfx1036', name: 'AMD Radeon Graphics' },
    ]);
    expect(parseRocminfo('ROCk module is NOT loaded')).toEqual([]);
  });

  it('of amd-smi: a list, and from ROCm 7 on a list below gpu_data', () => {
    const card = {
      gpu: 0,
      asic: { market_name: 'AMD Radeon RX 7900 XTX', target_graphics_version: 'gfx1100' },
      bus: { bdf: '0000:03:00.0' },
      driver: { name: 'amdgpu', version: '6.12.12' },
      vram: 'N/A',
    };
    const expected = [{ slot: '0000:03:00.0', gfx: 'gfx1100', driver: '6.12.12' }];
    expect(parseAmdSmi(JSON.stringify([card]))).toMatchObject(expected);
    expect(
      parseAmdSmi(`WARNING: no access\n${JSON.stringify({ gpu_data: [card] })}`),
    ).toMatchObject(expected);
    expect(parseAmdSmi('[{"asic": "N/A"}, 3]')).toMatchObject([{ name: null, slot: null }]);
    expect(parseAmdSmi('{"gpu_data": ')).toEqual([]);
  });

  it('of rocm-smi: a card a key', () => {
    const text = '{"card0": {"Card Series": "Radeon RX 7900 XTX", "PCI Bus": "0000:03:00.0"}}';
    expect(parseRocmSmi(text)).toMatchObject([
      { slot: '0000:03:00.0', name: 'Radeon RX 7900 XTX' },
    ]);
    expect(parseRocmSmi('{"system": {"Driver version": "6.7.0"}}')).toEqual([]);
  });

  it('of KFD: numbers by name, and a slot packed in one', () => {
    const properties = parseProperties('simd_count 192\nlocation_id 34304\nunique_id 116\n\nbad');
    expect(properties.get('simd_count')).toBe(192);
    expect(slotOf(0, properties.get('location_id') ?? 0)).toBe('0000:86:00.0');
    expect(slotOf(0, 0x0300)).toBe('0000:03:00.0');
  });

  it('is a name only when it fits one card', () => {
    expect(isParticular('AMD Radeon RX 7900 XTX')).toBe(true);
    for (const name of ['AMD Radeon Graphics', 'Navi 31 [Radeon RX 7900 XT/7900 XTX]', '0x744c']) {
      expect(isParticular(name)).toBe(false);
    }
    expect(nameOfCard('0x744C', '0xCE')).toBe('AMD Radeon RX 7900 GRE');
    expect(nameOfCard('0x1234', '0x00')).toBeNull();
  });
});
