/** The Python environments that there are: what each is for and where it can exist. */
import type { EnvironmentCard } from '@shared/environment';
import type { EnvironmentName } from '@shared/environment-name';

export interface EnvironmentKind {
  readonly title: string;
  readonly backend: EnvironmentCard['backend'];
  /** Libraries whose versions are shown. */
  readonly shown: readonly string[];
  /** `platform-arch` as Node names them. */
  readonly systems: readonly string[];
  /** Said where it cannot exist. */
  readonly elsewhere: string;
  /** False: the lock is complete, and what its packages ask for would bring too much. */
  readonly dependencies: boolean;
}

const torchLibraries = ['torch', 'transformers', 'peft', 'bitsandbytes', 'accelerate', 'trl'];

export const environmentKinds: Readonly<Record<EnvironmentName, EnvironmentKind>> = {
  'torch-cpu': {
    title: 'PyTorch for the processor',
    backend: 'torch',
    shown: torchLibraries,
    systems: ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64'],
    elsewhere: 'PyTorch has no build for this system.',
    dependencies: true,
  },
  'torch-cuda': {
    title: 'PyTorch for NVIDIA cards (CUDA)',
    backend: 'torch',
    shown: torchLibraries,
    systems: ['linux-x64', 'linux-arm64', 'win32-x64'],
    elsewhere: 'CUDA exists on Linux and Windows alone.',
    dependencies: true,
  },
  'torch-rocm': {
    title: 'PyTorch for AMD cards (ROCm)',
    backend: 'torch',
    shown: torchLibraries,
    systems: ['linux-x64'],
    elsewhere: 'PyTorch has ROCm builds for Linux on x86-64 alone.',
    dependencies: true,
  },
  mlx: {
    title: 'MLX for Apple silicon',
    backend: 'mlx',
    shown: ['mlx', 'mlx-lm', 'transformers', 'numpy'],
    // On Linux it computes on the processor: for tests and for trying a specification out.
    systems: ['darwin-arm64', 'linux-x64', 'linux-arm64'],
    elsewhere: 'MLX exists for Apple silicon, and for the processor on Linux.',
    dependencies: false,
  },
  'llama-cpp': {
    title: 'llama.cpp for GGUF files',
    backend: 'llama-cpp',
    shown: ['xllamacpp'],
    // On a Mac its build computes on the GPU (Metal), elsewhere on the processor.
    systems: ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64', 'win32-x64'],
    elsewhere: 'xllamacpp has no build for this system.',
    dependencies: true,
  },
};

export function isSupported(
  name: EnvironmentName,
  system = `${process.platform}-${process.arch}`,
): boolean {
  return environmentKinds[name].systems.includes(system);
}
