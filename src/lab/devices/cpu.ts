/** The CPU as a device: its cores, the memory that this program may use, and its number formats. */
import { availableParallelism } from 'node:os';
import type { FoundDevice } from './detected-device';
import { type MachineSources, readText } from './sources/machine-sources';

/**
 * Instruction sets worth telling, best first, by the names that /proc/cpuinfo and macOS's sysctl
 * (hw.optional) give them.
 */
const instructionSets: readonly (readonly [title: string, ...names: string[]])[] = [
  ['AMX', 'amx_tile', 'amx_bf16'],
  ['AVX-512', 'avx512f'],
  ['AVX2', 'avx2', 'avx2_0'],
  ['NEON', 'asimd', 'neon', 'advsimd'],
];
/** Those that make bfloat16 worth using on a CPU. */
const bfloat16Names = ['avx512_bf16', 'amx_bf16', 'bf16', 'feat_bf16'];

export async function detectCpu(sources: MachineSources): Promise<FoundDevice[]> {
  const [facts, limit] = await Promise.all([processorFacts(sources), memoryLimit(sources)]);
  const known = new Set(facts.flags);
  const has = (names: readonly string[]): boolean => names.some((name) => known.has(name));
  const bfloat16 = has(bfloat16Names);
  const sets = instructionSets.filter(([, ...names]) => has(names)).map(([title]) => title);
  return [
    {
      device: {
        id: 'cpu',
        kind: 'cpu',
        name: facts.model ?? sources.processor,
        memoryBytes: limit?.bytes ?? sources.memoryBytes,
        unifiedMemory: true,
        integrated: false,
        architecture: sources.architecture,
        environment: 'torch-cpu',
        recorded: sources.recording !== null,
        driver: null,
        runtime: [`${sources.cores} cores`, ...sets, ...(bfloat16 ? ['bfloat16'] : [])].join(', '),
        usable: true,
        problem: null,
        fix: null,
        precisions: bfloat16 ? ['float32', 'bfloat16'] : ['float32'],
        quantizations: ['none', 'nf4'],
      },
      note: limit === null ? null : 'A container or service limits the memory that it may use.',
      load: { kind: 'cpu', usedFile: limit?.usedFile ?? null },
    },
  ];
}

/** Threads that a worker on this machine gets. */
export function workerThreads(): number {
  return availableParallelism();
}

async function processorFacts(
  sources: MachineSources,
): Promise<{ readonly model: string | null; readonly flags: readonly string[] }> {
  if (sources.platform === 'darwin') return appleFacts(sources);
  const text = (await readText(sources, '/proc/cpuinfo')) ?? '';
  const field = (name: RegExp): string | null => name.exec(text)?.[1]?.trim() || null;
  return {
    model: field(/^model name\s*:(.*)$/m),
    flags: (field(/^(?:flags|Features)\s*:(.*)$/m) ?? '').toLowerCase().split(/\s+/),
  };
}

/** `hw.optional.arm.FEAT_BF16: 1` and `machdep.cpu.brand_string: Apple M1 Max`. */
async function appleFacts(sources: MachineSources) {
  const end = await sources.run('sysctl', ['hw.optional', 'machdep.cpu.brand_string']);
  const lines = end.kind === 'ended' ? end.stdout.split('\n') : [];
  const pairs = lines.map((line) => line.split(/:\s*/, 2));
  const model = pairs.find(([name]) => name === 'machdep.cpu.brand_string')?.[1]?.trim();
  return {
    model: model || null,
    flags: pairs
      .filter(([, value]) => value?.trim() === '1')
      .map(([name]) => (name ?? '').split('.').at(-1)?.toLowerCase() ?? ''),
  };
}

interface MemoryLimit {
  readonly bytes: number;
  /** File of the bytes in use of it. */
  readonly usedFile: string;
}

/**
 * The tightest limit that the control groups above this program set; null without one. Kernel
 * documentation: admin-guide/cgroup-v2 (memory.max) and cgroup-v1/memory (memory.limit_in_bytes).
 */
async function memoryLimit(sources: MachineSources): Promise<MemoryLimit | null> {
  if (sources.platform !== 'linux') return null;
  const own = /^0::(\/.*)$/m.exec((await readText(sources, '/proc/self/cgroup')) ?? '')?.[1] ?? '/';
  const version1 = '/sys/fs/cgroup/memory/memory';
  const files = [
    [`${version1}.limit_in_bytes`, `${version1}.usage_in_bytes`],
    ...parents(own)
      .map((group) => `/sys/fs/cgroup${group}/memory`)
      .map((memory) => [`${memory}.max`, `${memory}.current`]),
  ] as const;
  const found = await Promise.all(
    files.map(async ([limit = '', usedFile = '']) => ({
      bytes: Number(await readText(sources, limit)),
      usedFile,
    })),
  );
  // "max", or in version 1 a number near 2^63, is no limit.
  const [tightest] = found
    .filter(({ bytes }) => bytes > 0 && bytes < 2 ** 60)
    .sort((a, b) => a.bytes - b.bytes);
  return tightest !== undefined && tightest.bytes < sources.memoryBytes ? tightest : null;
}

/** '/a/b' → '', '/a', '/a/b'. */
function parents(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return ['', ...parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)];
}
