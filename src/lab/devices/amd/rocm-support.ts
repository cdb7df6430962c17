/**
 * Which AMD architectures the ROCm environment computes on, and how.
 *
 * - Built: the targets of PyTorch 2.13's ROCm wheels, which bring ROCm's libraries along
 *   (pytorch/pytorch, .ci/docker/manywheel/build.sh, PYTORCH_ROCM_ARCH).
 * - Listed: what AMD supports on Linux with ROCm 6.4 (ROCm documentation, system requirements 6.4).
 *   An architecture that is built but not listed computes, without AMD's promise.
 * - NF4: the targets of bitsandbytes 0.50's ROCm 7.2 wheels (its installation guide).
 * - bfloat16: CDNA (matrix cores), RDNA3 and RDNA4 (WMMA); RDNA2 and older convert in software.
 */
import type { Device } from '@shared/machine';

const built = new Set(
  `gfx900 gfx906 gfx908 gfx90a gfx942 gfx950 gfx1030 gfx1100 gfx1101 gfx1102 gfx1103 gfx1150 gfx1151
   gfx1200 gfx1201`.split(/\s+/),
);
const listedForRocm64 = new Set(
  'gfx908 gfx90a gfx942 gfx1030 gfx1100 gfx1101 gfx1200 gfx1201'.split(' '),
);
const fourBit = new Set(
  `gfx90a gfx942 gfx950 gfx1100 gfx1101 gfx1102 gfx1103 gfx1150 gfx1151 gfx1152 gfx1153 gfx1200
   gfx1201`.split(/\s+/),
);
/** Graphics that are part of a processor: Raven to Barcelo, Van Gogh, Rembrandt, Raphael, Phoenix, Strix. */
const integrated = new Set(
  `gfx902 gfx909 gfx90c gfx1013 gfx1033 gfx1035 gfx1036 gfx1037 gfx1103 gfx1150 gfx1151 gfx1152
   gfx1153`.split(/\s+/),
);
/** Cards of the same generation whose code a neighbour runs when HSA_OVERRIDE_GFX_VERSION says so. */
const neighbours: Readonly<Record<string, string>> = {
  gfx1031: '10.3.0',
  gfx1032: '10.3.0',
  gfx1034: '10.3.0',
};

export interface RocmSupport {
  readonly computes: boolean;
  /** By AMD, for ROCm 6.4. */
  readonly listed: boolean;
  readonly precisions: Device['precisions'];
  readonly quantizations: Device['quantizations'];
  /** Value of HSA_OVERRIDE_GFX_VERSION that makes it run as a neighbour, at the user's own risk. */
  readonly override: string | null;
}

export function rocmSupport(gfx: string): RocmSupport {
  const computes = built.has(gfx);
  const bfloat16 = /^gfx(908|90a|942|950|11\d\d|12\d\d)$/.test(gfx);
  return {
    computes,
    listed: listedForRocm64.has(gfx),
    precisions: computes ? ['float32', ...(bfloat16 ? bf16 : []), 'float16'] : [],
    quantizations: computes ? ['none', ...(fourBit.has(gfx) ? nf4 : [])] : [],
    override: neighbours[gfx] ?? null,
  };
}
const bf16 = ['bfloat16'] as const;
const nf4 = ['nf4'] as const;

export function isIntegratedArchitecture(gfx: string): boolean {
  return integrated.has(gfx);
}

/** 110000 → gfx1100, 90010 → gfx90a: major, minor and stepping in decimal, stepping printed in hex. */
export function gfxName(targetVersion: number): string | null {
  if (!Number.isInteger(targetVersion) || targetVersion < 10_000) return null;
  const major = Math.floor(targetVersion / 10_000);
  const minor = Math.floor(targetVersion / 100) % 100;
  const stepping = targetVersion % 100;
  return `gfx${major}${minor.toString(16)}${stepping.toString(16)}`;
}

/** '10.3.0' → gfx1030, as HSA_OVERRIDE_GFX_VERSION is written. */
export function gfxOfOverride(version: string): string | null {
  const [major, minor, stepping] = version.split('.').map(Number);
  return gfxName((major ?? Number.NaN) * 10_000 + (minor ?? 0) * 100 + (stepping ?? 0));
}
