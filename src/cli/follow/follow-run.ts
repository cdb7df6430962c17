/** Waits for a training to end and draws how far it is. */
import { setTimeout as wait } from 'node:timers/promises';
import type { LabClient } from '@lab/rpc/router';
import { LabError } from '@shared/errors';
import type { RunDetail } from '@shared/run';
import type { Progress } from '../text/progress';
import { adjustmentTexts } from '../text/run-text';
import { decimal, duration, percent } from '../text/units';
import { failureOf } from './failure-of';
import { isOver } from './states';

/** Between two looks; the lab itself reads the worker's events faster. */
const pause = 300;

/**
 * Resolves with the finished run. Throws its failure card when it failed, and says so when
 * somebody stopped or cancelled it. Rejects with the signal's reason when that is aborted.
 */
export async function followRun(
  client: LabClient,
  runId: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<RunDetail> {
  // By their words: the lab's own warning about the event file comes and grows before the others.
  const told = new Set<string>();
  for (;;) {
    const detail = await client.runs.get({ id: runId });
    for (const warning of detail.warnings) {
      if (!told.has(warning.message)) tell(warning, runId, progress);
      told.add(warning.message);
    }
    for (const text of adjustmentTexts(detail.spec)) {
      if (!told.has(text)) progress.end(text);
      told.add(text);
    }
    if (isOver(detail.summary.status)) return finish(detail, progress);
    progress.update(detail.progress, await describe(client, detail));
    await wait(pause, undefined, { signal });
  }
}

/** More lines than this would push the training itself off the screen. */
const toldDetails = 20;

/** A warning in full where the person looks: bad rows of a corpus with their line numbers, first. */
function tell(warning: RunDetail['warnings'][number], runId: string, progress: Progress): void {
  const shown = warning.details.slice(0, toldDetails).map((detail) => `  ${detail}`);
  const left = warning.details.length - shown.length;
  const more = left > 0 ? [`  and ${left} more: "lab runs show ${runId}"`] : [];
  for (const line of [`Warning: ${warning.message}`, ...shown, ...more]) progress.end(line);
}

async function describe(client: LabClient, detail: RunDetail): Promise<string> {
  const { summary } = detail;
  if (summary.status === 'queued') {
    const { jobs } = await client.queue.snapshot();
    const waiting = jobs.find((job) => job.id === detail.jobId)?.waitingFor;
    return `${summary.name}: queued${waiting ? `, waiting for ${waiting}` : ''}`;
  }
  if (summary.steps === 0) {
    return `${summary.name}: ${detail.phase?.message || detail.phase?.name || summary.status}`;
  }
  const window = await client.runs.metrics({
    id: summary.id,
    fromStep: summary.steps,
    maxPoints: 10,
  });
  const speed = window.series.tokensPerSecond?.mean.at(-1) ?? null;
  return [
    `step ${summary.steps}${summary.totalSteps === null ? '' : ` / ${summary.totalSteps}`}`,
    `loss ${decimal(summary.loss)}`,
    `accuracy ${percent(summary.tokenAccuracy)}`,
    speed === null ? null : `${Math.round(speed)} tokens/s`,
    detail.secondsLeft === null ? null : `${duration(detail.secondsLeft)} left`,
  ]
    .filter((part) => part !== null)
    .join('  ');
}

function finish(detail: RunDetail, progress: Progress): RunDetail {
  const { summary } = detail;
  if (summary.status === 'done') {
    progress.end(
      `${summary.name}: trained ${summary.steps} steps in ${duration(summary.seconds)}, ` +
        `loss ${decimal(summary.loss)}, token accuracy ${percent(summary.tokenAccuracy)}`,
    );
    return detail;
  }
  progress.end(`${summary.name}: ${summary.status}`);
  if (detail.failure !== null) throw failureOf(detail.failure);
  throw new LabError({
    code: 'failed',
    what: `${summary.name} was ${summary.status} at step ${summary.steps}.`,
    why: 'Somebody asked for it, in the window or with another command.',
    fix: `"lab runs resume ${summary.id}" goes on from its last checkpoint.`,
  });
}
