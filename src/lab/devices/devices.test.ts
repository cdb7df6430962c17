import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceSchema } from '@shared/machine';
import { describe, expect, it } from 'vitest';
import { detectAmd } from './amd';
import { detectCpu } from './cpu';
import { choose, devices, findDevice } from './devices';
import { machineLoad } from './load';
import { parseNvidia } from './nvidia';

describe('devices', () => {
  it('always hold the CPU, with the formats that it computes in', async () => {
    const all = await devices();
    expect(all.map((device) => deviceSchema.parse(device))).toEqual(all);
    const cpu = all.find(({ id }) => id === 'cpu');
    expect(cpu?.usable).toBe(true);
    expect(cpu?.precisions).toContain('float32');
    expect(cpu?.memoryBytes).toBeGreaterThan(1e9);
    expect((await findDevice()).usable).toBe(true);
  });

  it('reads what nvidia-smi says, and passes over what it does not understand', () => {
    const found = parseNvidia('0, NVIDIA GeForce RTX 3060, 12288, 550.54.14, 8.6\nNo devices\n\n');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      id: 'cuda:0',
      name: 'NVIDIA GeForce RTX 3060',
      memoryBytes: 12288 * 1024 * 1024,
      driver: '550.54.14',
      usable: false,
    });
    expect(found[0]?.fix).not.toBeNull();
  });

  it('reads AMD cards from sysfs, and no others', async () => {
    const root = mkdtempSync(join(tmpdir(), 'lorabench-drm-'));
    const card = (name: string, files: Readonly<Record<string, string>>) => {
      const folder = join(root, name, 'device');
      mkdirSync(folder, { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    };
    card('card0', { vendor: '0x1002\n', mem_info_vram_total: '17163091968\n', device: '0x744c\n' });
    card('card1', { vendor: '0x8086\n', mem_info_vram_total: '1\n' });
    card('card0-DP-1', {});
    try {
      expect(await detectAmd(root)).toMatchObject([
        { id: 'rocm:0', kind: 'rocm', memoryBytes: 17163091968, usable: false },
      ]);
      expect(await detectAmd(join(root, 'nowhere'))).toEqual([]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('choose the usable card with the most memory, else the CPU, and say why', async () => {
    const [cpu] = await detectCpu();
    if (cpu === undefined) throw new Error('there is no CPU');
    const card = { ...cpu, kind: 'cuda' as const };
    const small = { ...card, id: 'cuda:0', memoryBytes: 4e9 };
    const large = { ...card, id: 'cuda:1', memoryBytes: 16e9 };
    const broken = {
      ...card,
      id: 'cuda:2',
      memoryBytes: 80e9,
      usable: false,
      problem: 'No driver.',
    };
    const chosen = choose([small, large, broken, cpu]);
    expect(chosen.filter((device) => device.chosen).map(({ id }) => id)).toEqual(['cuda:1']);
    expect(chosen.find(({ id }) => id === 'cuda:2')?.reason).toBe('No driver.');
    expect(choose([broken, cpu]).find((device) => device.chosen)?.id).toBe('cpu');
  });

  it('report their load once a second, and stop when nobody listens', async () => {
    const listening = new AbortController();
    const began = Date.now();
    const readings = [];
    for await (const reading of machineLoad(tmpdir(), listening.signal)) {
      readings.push(reading);
      if (readings.length === 2) listening.abort();
    }
    expect(Date.now() - began).toBeGreaterThan(1_000);
    expect(readings[1]?.memoryUsedBytes).toBeLessThan(readings[1]?.memoryTotalBytes ?? 0);
    expect(readings[1]?.processorShare).toBeGreaterThanOrEqual(0);
  });
});
