/** Computes an evaluation's summary from its tasks, generations and judgements; nothing else. */
import type { Task } from '@shared/benchmark';
import type { EvaluationSpec, EvaluationSummary, Rate, RateName, Rates } from '@shared/evaluation';
import type { FailureKind, Generation, Judgement, StageName } from '@shared/judgement';
import { bootstrapMean, clusterBootstrap } from '../statistics/cluster-bootstrap';
import { wilsonInterval } from '../statistics/wilson';

export interface EvaluationData {
  readonly spec: EvaluationSpec;
  readonly tasks: readonly Task[];
  readonly generations: readonly Generation[];
  readonly judgements: readonly Judgement[];
  readonly sandbox: string;
  readonly toolchain: string;
  readonly judgingSeconds: number | null;
}

/** Which tasks have a stage, and so count in its rate. */
const rateStages: Readonly<Record<RateName, { stage: StageName; has: (task: Task) => boolean }>> = {
  syntaxPass: { stage: 'syntax', has: () => true },
  runPass: { stage: 'run', has: () => true },
  outputPass: { stage: 'output', has: (task) => typeof task.expectedOutput === 'string' },
  testsPass: { stage: 'tests', has: (task) => typeof task.tests === 'string' },
  constructsPass: { stage: 'constructs', has: (task) => task.constructs.length > 0 },
};

/** Failures of ours say nothing of the model: they are counted apart and left out of every rate. */
const ours: readonly FailureKind[] = ['generation', 'sandbox'];

interface JudgedTask {
  readonly task: Task;
  readonly judgements: readonly Judgement[];
}

export function summarize(data: EvaluationData): EvaluationSummary {
  const judged = groupByTask(data);
  const categories: Record<string, Rates> = {};
  for (const category of new Set(data.tasks.map((task) => task.category))) {
    categories[category] = ratesOf(judged.filter(({ task }) => task.category === category));
  }
  const failures: Partial<Record<FailureKind, number>> = {};
  for (const { failure } of data.judgements) {
    if (failure !== null) failures[failure] = (failures[failure] ?? 0) + 1;
  }
  const seconds = data.generations.reduce((sum, generation) => sum + generation.seconds, 0);
  return {
    id: data.spec.id,
    subject: data.spec.subjectLabel,
    benchmark: data.spec.comparability.benchmark,
    key: data.spec.key,
    samples: data.judgements.length,
    rates: ratesOf(judged),
    passAt1: passAt1Of(judged),
    failures,
    tasks: judged
      .filter(({ judgements }) => judgements.length > 0)
      .map(({ task, judgements }) => ({
        id: task.id,
        category: task.category,
        passed: judgements.filter((judgement) => judgement.passed).length,
        repeats: judgements.length,
      })),
    categories,
    sandbox: data.sandbox,
    toolchain: data.toolchain,
    generationSeconds: seconds > 0 ? seconds : null,
    judgingSeconds: data.judgingSeconds,
    completionTokens: data.generations.reduce((sum, one) => sum + one.completionTokens, 0),
  };
}

function groupByTask(data: EvaluationData): JudgedTask[] {
  const byTask = new Map<string, Judgement[]>();
  for (const judgement of data.judgements) {
    if (judgement.failure !== null && ours.includes(judgement.failure)) continue;
    const known = byTask.get(judgement.taskId);
    if (known === undefined) byTask.set(judgement.taskId, [judgement]);
    else known.push(judgement);
  }
  return data.tasks.map((task) => ({ task, judgements: byTask.get(task.id) ?? [] }));
}

function ratesOf(judged: readonly JudgedTask[]): Rates {
  return {
    syntaxPass: rateOf('syntaxPass', judged),
    runPass: rateOf('runPass', judged),
    outputPass: rateOf('outputPass', judged),
    testsPass: rateOf('testsPass', judged),
    constructsPass: rateOf('constructsPass', judged),
  };
}

function rateOf(name: RateName, judged: readonly JudgedTask[]): Rate {
  const { stage, has } = rateStages[name];
  const clusters = judged
    .filter(({ task, judgements }) => has(task) && judgements.length > 0)
    .map(({ judgements }) => ({
      passed: judgements.filter((judgement) =>
        judgement.stages.some((result) => result.stage === stage && result.passed),
      ).length,
      total: judgements.length,
    }));
  return rateFrom(clusters);
}

/** One cluster a task. */
export function rateFrom(
  clusters: readonly { readonly passed: number; readonly total: number }[],
): Rate {
  const passed = clusters.reduce((sum, cluster) => sum + cluster.passed, 0);
  const total = clusters.reduce((sum, cluster) => sum + cluster.total, 0);
  const interval = allAgree(clusters)
    ? wilsonInterval(clusters.filter((cluster) => cluster.passed > 0).length, clusters.length)
    : clusterBootstrap(clusters);
  return {
    passed,
    total,
    rate: total === 0 ? null : passed / total,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  };
}

function passAt1Of(judged: readonly JudgedTask[]): EvaluationSummary['passAt1'] {
  const clusters = judged
    .filter(({ judgements }) => judgements.length > 0)
    .map(({ judgements }) => ({
      passed: judgements.filter((judgement) => judgement.passed).length,
      total: judgements.length,
    }));
  if (clusters.length === 0) return { value: null, low: null, high: null };
  const means = clusters.map(({ passed, total }) => passed / total);
  const value = means.reduce((sum, mean) => sum + mean, 0) / means.length;
  const interval = allAgree(clusters)
    ? wilsonInterval(means.filter((mean) => mean === 1).length, means.length)
    : bootstrapMean(means);
  return { value, low: interval?.low ?? null, high: interval?.high ?? null };
}

/** Repeats that always agree with each other are one observation a task. */
function allAgree(
  clusters: readonly { readonly passed: number; readonly total: number }[],
): boolean {
  return clusters.every(({ passed, total }) => passed === 0 || passed === total);
}
