/** AMD cards on Linux, from sysfs (kernel documentation: gpu/amdgpu/driver-misc). */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DetectedDevice } from './cpu';

const amdVendor = '0x1002';

/** Cards below `root` (normally /sys/class/drm) whose driver reports its memory. */
export async function detectAmd(root = '/sys/class/drm'): Promise<DetectedDevice[]> {
  const cards = (await readdir(root).catch(() => [])).filter((name) => /^card\d+$/.test(name));
  const devices: DetectedDevice[] = [];
  for (const card of cards.sort()) {
    const folder = join(root, card, 'device');
    if ((await readText(join(folder, 'vendor'))) !== amdVendor) continue;
    const memoryBytes = Number(await readText(join(folder, 'mem_info_vram_total')));
    if (!(memoryBytes > 0)) continue;
    const name = await readText(join(folder, 'product_name'));
    const identity = await readText(join(folder, 'device'));
    devices.push({
      id: `rocm:${devices.length}`,
      kind: 'rocm',
      name: name ?? `AMD GPU ${identity ?? ''}`.trim(),
      memoryBytes,
      unifiedMemory: false,
      driver: 'amdgpu',
      runtime: null,
      usable: false,
      problem: 'This version trains on the CPU only.',
      fix: 'Training on ROCm cards comes with the next version; until then jobs run on the CPU.',
      precisions: [],
      quantizations: [],
    });
  }
  return devices;
}

async function readText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').then(
    (text) => text.trim() || null,
    () => null,
  );
}
