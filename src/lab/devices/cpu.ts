/** The CPU as a device: what it is, and which number formats it computes in. */
import { availableParallelism, totalmem } from 'node:os';
import type { Device } from '@shared/machine';
import { cpu, cpuFlags } from 'systeminformation';

/** Instruction sets that make bfloat16 worth using on a CPU, as /proc/cpuinfo and sysctl name them. */
const bfloat16Flags = ['avx512_bf16', 'amx_bf16', 'feat_bf16'];

export type DetectedDevice = Omit<Device, 'chosen' | 'reason'>;

export async function detectCpu(): Promise<DetectedDevice[]> {
  const [found, flags] = await Promise.all([cpu(), cpuFlags().catch(() => '')]);
  const known = flags.toLowerCase().split(/\s+/);
  const vector = ['avx512f', 'avx2', 'neon', 'asimd'].find((flag) => known.includes(flag));
  const name = `${found.manufacturer} ${found.brand}`.replace(/\s+/g, ' ').trim();
  return [
    {
      id: 'cpu',
      kind: 'cpu',
      name: name === '' ? 'CPU' : name,
      memoryBytes: totalmem(),
      unifiedMemory: true,
      driver: null,
      runtime: [`${availableParallelism()} cores`, vector].filter(Boolean).join(', '),
      usable: true,
      problem: null,
      fix: null,
      precisions: bfloat16Flags.some((flag) => known.includes(flag))
        ? ['float32', 'bfloat16']
        : ['float32'],
      quantizations: ['none', 'nf4'],
    },
  ];
}

/** Threads that a worker on this machine gets. */
export function workerThreads(): number {
  return availableParallelism();
}
