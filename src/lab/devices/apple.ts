/** Apple silicon: the GPU shares the machine's memory and may use a part of it. */
import { z } from 'zod';
import type { FoundDevice } from './detected-device';
import type { CommandEnd, MachineSources } from './sources/machine-sources';

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;
/** MLX 0.32's packages need it (MLX documentation, Build and Install). */
const oldestMacOs = 14;

/**
 * The part of memory that Metal recommends a GPU to use (MTLDevice.recommendedMaxWorkingSetSize), as
 * reported from machines: two thirds up to 32 GiB (16 GiB: 10.67, exo 1672; 32 GiB: 21845 MiB,
 * ollama 434), three quarters above (64 GiB: 48 GiB, llama.cpp 1870; newer systems give more, 128 GiB:
 * 107.5). `sysctl iogpu.wired_limit_mb` replaces it when set.
 */
export function workingSetBytes(memoryBytes: number, wiredLimitMebibytes: number | null): number {
  if (wiredLimitMebibytes !== null && wiredLimitMebibytes > 0) {
    return Math.min(memoryBytes, wiredLimitMebibytes * mebibyte);
  }
  return Math.floor(memoryBytes * (memoryBytes <= 32 * gibibyte ? 2 / 3 : 3 / 4));
}

export async function detectApple(sources: MachineSources): Promise<FoundDevice[]> {
  if (sources.platform !== 'darwin' || sources.architecture !== 'arm64') return [];
  const [profile, settings, system] = await Promise.all([
    sources.run('system_profiler', ['SPDisplaysDataType', '-json']),
    sources.run('sysctl', ['machdep.cpu.brand_string', 'hw.memsize', 'iogpu.wired_limit_mb']),
    sources.run('sw_vers', ['-productVersion']),
  ]);
  const setting = (name: string): string | null =>
    new RegExp(`^${name.replaceAll('.', '\\.')}:\\s*(.+)$`, 'm').exec(outputOf(settings))?.[1] ??
    null;
  const graphics = parseGraphics(outputOf(profile));
  const chip = graphics?.sppci_model ?? setting('machdep.cpu.brand_string') ?? sources.processor;
  const memoryBytes = Number(setting('hw.memsize')) || sources.memoryBytes;
  const limit = setting('iogpu.wired_limit_mb');
  const version = outputOf(system).trim();
  const tooOld = version !== '' && Number.parseInt(version, 10) < oldestMacOs;
  return [
    {
      device: {
        id: 'mlx',
        kind: 'mlx',
        name: chip.trim(),
        memoryBytes: workingSetBytes(memoryBytes, limit === null ? null : Number(limit)),
        unifiedMemory: true,
        // Part of the chip like any Mac's GPU, but no lesser one: there is no other to prefer.
        integrated: false,
        architecture: chip.trim(),
        environment: 'mlx',
        recorded: sources.recording !== null,
        driver: version === '' ? null : `macOS ${version}`,
        runtime: runtimeOf(graphics, memoryBytes),
        usable: !tooOld,
        problem: tooOld ? `macOS ${version} is too old: MLX needs ${oldestMacOs} or newer.` : null,
        fix: tooOld ? 'Update macOS in System Settings, General, Software Update.' : null,
        precisions: ['float32', 'bfloat16', 'float16'],
        quantizations: ['none', 'mlx4'],
      },
      note: null,
      load: { kind: 'unified' },
    },
  ];
}

const profileSchema = z.object({
  SPDisplaysDataType: z.array(
    z.object({
      sppci_model: z.string().optional(),
      sppci_cores: z.string().optional(),
      spdisplays_vendor: z.string().optional(),
      spdisplays_mtlgpufamilysupport: z.string().optional(),
    }),
  ),
});
type Graphics = z.infer<typeof profileSchema>['SPDisplaysDataType'][number];

/** The chip's own graphics in `system_profiler SPDisplaysDataType -json`. */
export function parseGraphics(json: string): Graphics | null {
  try {
    const list = profileSchema.parse(JSON.parse(json)).SPDisplaysDataType;
    return list.find(({ spdisplays_vendor }) => spdisplays_vendor === 'sppci_vendor_Apple') ?? null;
  } catch {
    return null;
  }
}

function runtimeOf(graphics: Graphics | null, memoryBytes: number): string {
  const metal = /metal(\d+)$/.exec(graphics?.spdisplays_mtlgpufamilysupport ?? '')?.[1];
  return [
    metal === undefined ? 'Metal' : `Metal ${metal}`,
    ...(graphics?.sppci_cores === undefined ? [] : [`${graphics.sppci_cores} GPU cores`]),
    `${Math.round(memoryBytes / gibibyte)} GiB unified memory`,
  ].join(', ');
}

function outputOf(end: CommandEnd): string {
  return end.kind === 'ended' && end.exitCode === 0 ? end.stdout : '';
}
