/** Waits for evaluations to end, drawing one after the other. */
import { setTimeout as wait } from 'node:timers/promises';
import type { LabClient } from '@lab/rpc/router';
import { LabError } from '@shared/errors';
import type { EvaluationSummary } from '@shared/evaluation';
import type { EvaluationDetail } from '@shared/rpc/evaluations';
import type { Progress } from '../text/progress';
import { percent } from '../text/units';
import { failureOf } from './failure-of';
import { isOver } from './states';

const pause = 300;

/**
 * Resolves with the summaries in the order of `ids`. Waits for all of them before it throws the
 * first failure, so that the rest is not abandoned.
 */
export async function followEvaluations(
  client: LabClient,
  ids: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<readonly EvaluationSummary[]> {
  const ended: EvaluationDetail[] = [];
  for (const id of ids) ended.push(await followOne(client, id, progress, signal));
  return ended.map(summaryOf);
}

async function followOne(
  client: LabClient,
  id: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<EvaluationDetail> {
  for (;;) {
    const detail = await client.evaluations.get({ id });
    const { item } = detail;
    const title = `${item.subject} on ${item.benchmark}`;
    if (isOver(item.status)) {
      const passed = item.summary?.passAt1.value;
      progress.end(
        passed === undefined ? `${title}: ${item.status}` : `${title}: pass@1 ${percent(passed)}`,
      );
      return detail;
    }
    // Half of the bar is generating, half judging.
    const share = item.samples === 0 ? 0 : (item.generated + item.judged) / (2 * item.samples);
    const words =
      item.status === 'queued'
        ? 'queued'
        : `${item.generated} generated, ${item.judged} of ${item.samples} judged`;
    progress.update(share, `${title}: ${words}`);
    await wait(pause, undefined, { signal });
  }
}

function summaryOf({ item, failure }: EvaluationDetail): EvaluationSummary {
  if (item.status === 'done' && item.summary !== null) return item.summary;
  if (failure !== null) throw failureOf(failure);
  throw new LabError({
    code: 'failed',
    what: `The evaluation of ${item.subject} on ${item.benchmark} was ${item.status}.`,
    why: 'Somebody asked for it, in the window or with another command.',
    fix: `"lab queue list" shows the job; "lab queue retry JOB" starts it again.`,
  });
}
