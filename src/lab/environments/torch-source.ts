/**
 * Which index PyTorch comes from: the one whose build fits the detected card and its driver.
 *
 * For NVIDIA `cuda-support.ts` says which build that is; the one on PyPI for Linux is for CUDA 13.0.
 *
 * For AMD PyTorch 2.13 is built with ROCm 7.1 and 7.2 (the indexes rocm7.1 and rocm7.2), which the
 * wheels bring along; the kernel's driver may be up to a year apart from it, counted from ROCm 6.4
 * on (AMD, "User and AMD GPU Driver (amdgpu) support matrix"). The older build is therefore taken
 * for a machine whose ROCm is older than 7.2. bitsandbytes 0.50 brings libraries for both.
 */
import type { EnvironmentName } from '@shared/environment-name';
import { LabError } from '@shared/errors';
import type { Device } from '@shared/machine';
import { cudaSupport } from '../devices/nvidia/cuda-support';

export interface TorchSource {
  readonly title: string;
  /** null: the index that pip uses anyway. */
  readonly url: string | null;
}

export type SourceDevice = Pick<
  Device,
  'name' | 'environment' | 'driver' | 'runtime' | 'architecture' | 'chosen' | 'integrated'
>;

const indexes = 'https://download.pytorch.org/whl';
const usual: TorchSource = { title: "pip's default index", url: null };
const cudaIndex = (version: string): TorchSource => ({
  title: `PyTorch's CUDA ${version} index`,
  url: `${indexes}/cu${version.replace('.', '')}`,
});
const rocmIndex = (version: string): TorchSource => ({
  title: `PyTorch's ROCm ${version} index`,
  url: `${indexes}/rocm${version}`,
});

/**
 * Sources in order of preference; none where the usual index has the only build.
 * @throws LabError when no build fits the card and its driver.
 */
export function torchSources(
  name: EnvironmentName,
  devices: readonly SourceDevice[],
  platform: NodeJS.Platform = process.platform,
): readonly TorchSource[] {
  const own = devices.filter((device) => device.environment === name);
  const card = own.find((device) => device.chosen) ?? own.find((device) => !device.integrated);
  switch (name) {
    case 'torch-cpu':
      // For macOS there is one build only.
      return platform === 'darwin'
        ? []
        : [{ title: "PyTorch's CPU index", url: `${indexes}/cpu` }, usual];
    case 'torch-cuda':
      return cudaSources(card ?? null, platform);
    case 'torch-rocm':
      return rocmSources(card ?? null);
    case 'mlx':
    case 'llama-cpp':
      return [];
  }
}

function cudaSources(card: SourceDevice | null, platform: NodeJS.Platform): TorchSource[] {
  // Windows' build on PyPI has no CUDA.
  const newest = platform === 'linux' ? [cudaIndex('13.0'), usual] : [cudaIndex('13.0')];
  if (card === null) return newest;
  const support = cudaSupport(card.driver, number(card.architecture));
  if (support.build === null) {
    throw new LabError({
      code: 'refused',
      what: `PyTorch has no build for ${card.name}.`,
      why: support.problem,
      fix: support.fix,
    });
  }
  return support.build.tag === 'cu130' ? newest : [cudaIndex(support.build.cuda)];
}

function rocmSources(card: SourceDevice | null): TorchSource[] {
  const text = /ROCm/i.test(card?.runtime ?? '') ? card?.runtime : null;
  const version = number(text ?? null);
  const both = [rocmIndex('7.1'), rocmIndex('7.2')];
  return version !== null && version < 7.2 ? both : both.reverse();
}

/** The first number of a text such as "580.65.06", "compute capability 8.9" or "ROCm 6.4.1". */
function number(text: string | null): number | null {
  const found = /\d+(?:\.\d+)?/.exec(text ?? '')?.[0];
  return found === undefined ? null : Number(found);
}
