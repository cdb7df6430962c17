/** `lab train` and `lab queue add`. */
import type { LabClient } from '@lab/rpc/router';
import type { Comparison, EvaluationSummary } from '@shared/evaluation';
import type { RunSummary, TrainRequest } from '@shared/run';
import { followEvaluations } from '../follow/follow-evaluations';
import { followRun } from '../follow/follow-run';
import { type Following, following } from '../follow/following';
import { refusedBySmoke } from '../follow/refused-by-smoke';
import { labScript, withLab } from '../open-lab';
import { comparisonText } from '../text/comparison-text';
import { runLine } from '../text/run-text';
import type { Answer, CommonOptions } from '../verb';
import { overridesOption } from './options';

export interface TrainOptions extends CommonOptions {
  readonly set?: readonly string[];
  readonly name?: string;
  readonly device?: string;
  /** `false` comes from `--no-evaluate`, `true` from neither option. */
  readonly evaluate?: boolean | readonly string[];
  readonly detach?: boolean;
}

export async function train(preset: string, options: TrainOptions): Promise<Answer> {
  const request = requestOf(preset, options);
  if (options.detach === true) return detached(request, options);
  return following(options, async (open) => {
    const { runId } = await open.client.runs.train(request);
    return trained(open, runId);
  });
}

/** Follows a run and its evaluations to the end and sums them up. */
export async function trained(open: Following, runId: string): Promise<Answer> {
  const { client, progress, signal } = open;
  await followRun(client, runId, progress, signal);
  const before = await client.runs.get({ id: runId });
  const ids = before.summary.evaluations.map(({ id }) => id);
  const evaluations = await followEvaluations(client, ids, progress, signal).catch(
    async (error: unknown) => {
      throw (await refusedBySmoke(client, runId)) ?? error;
    },
  );
  const { summary } = await client.runs.get({ id: runId });
  const comparisons = await compareWithBase(client, summary);
  return {
    value: { run: summary, evaluations, comparison: comparisons[0] ?? null, comparisons },
    text: resultText(summary, evaluations, comparisons),
  };
}

/** One comparison a benchmark: the tuned model against its base. */
export async function compareWithBase(
  client: LabClient,
  run: RunSummary,
): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = [];
  const done = run.evaluations.filter(({ status }) => status === 'done');
  for (const tuned of done.filter(({ role }) => role === 'tuned')) {
    const base = done.find(
      ({ role, benchmark }) => role === 'base' && benchmark === tuned.benchmark,
    );
    if (base !== undefined) {
      comparisons.push(await client.evaluations.compare({ a: base.id, b: tuned.id }));
    }
  }
  return comparisons;
}

function resultText(
  run: RunSummary,
  evaluations: readonly EvaluationSummary[],
  comparisons: readonly Comparison[],
): string {
  const byId = new Map(evaluations.map((evaluation) => [evaluation.id, evaluation]));
  const blocks = comparisons.map((comparison) => comparisonText(comparison, byId));
  return [runLine(run), ...blocks].join('\n\n');
}

export async function enqueueOnly(preset: string, options: TrainOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const answer = await enqueued(client, requestOf(preset, options));
    const { scheduler } = await client.queue.snapshot();
    const hint =
      scheduler === null
        ? 'Nothing schedules now: open the window, or run "lab queue run".'
        : `Process ${scheduler.pid} schedules.`;
    return { ...answer, text: `${answer.text}\n${hint}` };
  });
}

async function detached(request: TrainRequest, options: TrainOptions): Promise<Answer> {
  return withLab(options, async ({ lab, client }) => {
    const answer = await enqueued(client, request);
    const { scheduler } = await client.queue.snapshot();
    if (scheduler === null) {
      const { startBackgroundScheduler } = await import('@lab/shell/background-scheduler');
      startBackgroundScheduler(lab.home, labScript);
    }
    return { ...answer, text: `${answer.text}\n"lab queue list" shows how far it is.` };
  });
}

async function enqueued(client: LabClient, request: TrainRequest): Promise<Answer> {
  const { runId } = await client.runs.train(request);
  const { summary } = await client.runs.get({ id: runId });
  return {
    value: { run: summary, evaluations: [], comparison: null, comparisons: [] },
    text: `Queued: ${summary.name} (${summary.id}) and ${summary.evaluations.length} evaluations.`,
  };
}

function requestOf(preset: string, options: TrainOptions): TrainRequest {
  const { name, device, evaluate } = options;
  return {
    preset,
    overrides: { ...overridesOption(options.set) },
    ...(name === undefined ? {} : { name }),
    ...(device === undefined ? {} : { device }),
    ...(evaluate === false ? { evaluate: [] } : {}),
    ...(typeof evaluate === 'object' ? { evaluate: [...evaluate] } : {}),
  };
}
