/**
 * Which of PyTorch 2.13's CUDA builds a card and its driver can run.
 *
 * Architectures: pytorch/pytorch issue 178665 (CUDA support matrix, 12.6 legacy and 13.0 stable).
 * Drivers: NVIDIA, CUDA minor version compatibility (CUDA 12.x ≥ 525, 13.x ≥ 580).
 * NF4: bitsandbytes 0.50 needs compute capability 6.0, and its CUDA 13 build 7.5.
 */
import type { Device } from '@shared/machine';

export interface CudaBuild {
  /** As PyTorch's package index calls it. */
  readonly tag: 'cu130' | 'cu126';
  readonly cuda: string;
  readonly minimalDriver: number;
  readonly capabilities: { readonly from: number; readonly to: number };
}

/** Newest first: it is taken where driver and card allow it. */
const builds: readonly CudaBuild[] = [
  { tag: 'cu130', cuda: '13.0', minimalDriver: 580, capabilities: { from: 7.5, to: 12.1 } },
  { tag: 'cu126', cuda: '12.6', minimalDriver: 525, capabilities: { from: 5, to: 9 } },
];

export type CudaSupport =
  | { readonly build: CudaBuild }
  | { readonly build: null; readonly problem: string; readonly fix: string };

/** `driver` as nvidia-smi prints it (550.54.14); `capability` null where the driver is too old to say. */
export function cudaSupport(driver: string | null, capability: number | null): CudaSupport {
  const major = Number.parseInt(driver ?? '', 10);
  const fits = builds.filter(
    ({ capabilities: { from, to } }) =>
      capability === null || (capability >= from && capability <= to),
  );
  if (fits.length === 0 && capability !== null) {
    return {
      build: null,
      problem: `PyTorch's CUDA builds have no code for compute capability ${capability.toFixed(1)}.`,
      fix: 'Use another device; jobs run on the CPU.',
    };
  }
  const build = fits.find(({ minimalDriver }) => major >= minimalDriver);
  if (build !== undefined) return { build };
  const least = Math.min(...fits.map(({ minimalDriver }) => minimalDriver));
  return {
    build: null,
    problem: `Driver ${driver ?? 'unknown'} is too old: PyTorch's CUDA build for this card needs ${least} or newer.`,
    fix: 'Install a newer NVIDIA driver (Ubuntu: sudo ubuntu-drivers install; else https://www.nvidia.com/drivers), then restart the computer.',
  };
}

/** bfloat16 from Ampere (8.0) on; float16 is fast from Volta (7.0) on. */
export function cudaPrecisions(capability: number | null): Device['precisions'] {
  if (capability === null) return ['float32'];
  return [
    'float32',
    ...(capability >= 8 ? (['bfloat16'] as const) : []),
    ...(capability >= 7 ? (['float16'] as const) : []),
  ];
}

export function cudaQuantizations(capability: number | null): Device['quantizations'] {
  return capability !== null && capability >= 6 ? ['none', 'nf4'] : ['none'];
}
