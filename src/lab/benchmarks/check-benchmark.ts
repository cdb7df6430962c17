/** Judges a benchmark's own solutions: every reference must pass, or its task is wrong. */
import type { Judgement } from '@shared/judgement';
import type { LabContext } from '../context';
import { requireJudgeable } from '../evaluations/judge/judgeable';
import { openJudge } from '../evaluations/judge/open-judge';
import { samplesAtOnce } from '../evaluations/judge/samples-at-once';
import { findToolchain } from '../evaluations/toolchains/find-toolchain';
import { loadBenchmark } from './load-benchmark';

export interface BenchmarkCheck {
  readonly benchmark: string;
  readonly tasks: number;
  readonly passed: number;
  /** Tasks whose reference does not pass, in the benchmark's order. */
  readonly failures: readonly Judgement[];
  readonly sandbox: string;
  readonly toolchain: string;
  readonly seconds: number;
}

export interface CheckOptions {
  readonly allowUnsandboxed?: boolean;
  readonly onProgress?: (judged: number, tasks: number) => void;
  readonly signal?: AbortSignal;
}

/** @throws LabError when the benchmark cannot be read or cannot be judged here */
export async function checkBenchmark(
  context: Pick<LabContext, 'home' | 'places'>,
  name: string,
  { allowUnsandboxed = false, onProgress, signal }: CheckOptions = {},
): Promise<BenchmarkCheck> {
  const { manifest, tasks } = await loadBenchmark(context, name);
  const { definition } = await findToolchain(context, manifest.toolchain);
  requireJudgeable(definition, tasks, manifest.gates);
  const judge = await openJudge(context, manifest.toolchain, {
    allowUnsandboxed,
    gates: manifest.gates,
  });
  const began = performance.now();
  const judgements: Judgement[] = [];
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const generation = referenceGeneration(task.id, task.reference, 0);
      judgements.push(await judge.judge(task, generation, signal));
      onProgress?.(judgements.length, tasks.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: samplesAtOnce() }, work));
  } finally {
    await judge.close();
  }
  const failed = new Map(
    judgements.filter(({ passed }) => !passed).map((one) => [one.taskId, one]),
  );
  return {
    benchmark: name,
    tasks: tasks.length,
    passed: tasks.length - failed.size,
    failures: tasks.flatMap(({ id }) => failed.get(id) ?? []),
    sandbox: judge.sandbox,
    toolchain: judge.toolchain,
    seconds: (performance.now() - began) / 1000,
  };
}

/** A task's own solution in the form of a model's answer. */
export function referenceGeneration(taskId: string, reference: string, sample: number) {
  return {
    taskId,
    sample,
    text: reference,
    finishReason: 'stop' as const,
    promptTokens: 0,
    completionTokens: 0,
    seconds: 0,
  };
}
