/** NVIDIA cards, from `nvidia-smi --query-gpu` (CSV without header and units). */
import { execa } from 'execa';
import type { DetectedDevice } from './cpu';

const query = 'index,name,memory.total,driver_version,compute_cap';

/** Cards that nvidia-smi lists; none when it is missing or does not answer in time. */
export async function detectNvidia(): Promise<DetectedDevice[]> {
  const result = await execa(
    'nvidia-smi',
    [`--query-gpu=${query}`, '--format=csv,noheader,nounits'],
    { reject: false, timeout: 5_000 },
  );
  return result.exitCode === 0 ? parseNvidia(result.stdout) : [];
}

/** One device a line: "0, NVIDIA GeForce RTX 3060, 12288, 550.54.14, 8.6". */
export function parseNvidia(csv: string): DetectedDevice[] {
  return csv
    .split('\n')
    .map((line) => line.split(',').map((field) => field.trim()))
    .flatMap(([index, name, mebibytes, driver, capability]) => {
      if (index === undefined || name === undefined || !/^\d+$/.test(index)) return [];
      return [
        {
          id: `cuda:${index}`,
          kind: 'cuda' as const,
          name,
          memoryBytes: Number(mebibytes) * 1024 * 1024 || 0,
          unifiedMemory: false,
          driver: driver ?? null,
          runtime: capability === undefined ? null : `compute capability ${capability}`,
          usable: false,
          problem: 'This version trains on the CPU only.',
          fix: 'Training on CUDA cards comes with the next version; until then jobs run on the CPU.',
          precisions: [],
          quantizations: [],
        },
      ];
    });
}
