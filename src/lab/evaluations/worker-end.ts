/** How the generating worker of an evaluation ended, from its events and its keeper's report. */
import type { EvaluationSpec } from '@shared/evaluation';
import type { ErrorEvent } from '@shared/events';
import { failureCard } from '../process/failure-card';
import { lastWords } from '../process/last-words';
import type { WorkerEnd } from '../process/supervise';
import type { JobOutcome } from '../queue/job-runner';

/** A training halves its micro-batch by itself; a batch of answers belongs to what is compared. */
function memoryError(
  { comparability }: EvaluationSpec,
  { message, details }: ErrorEvent,
): Pick<ErrorEvent, 'message' | 'fix' | 'details'> {
  const { batchSize } = comparability.sampling;
  return {
    message,
    fix: `Close other programs that use this device, then retry; what was generated is kept. The batch of ${batchSize} answers is not made smaller by itself: greedy answers move with it, so it is part of what makes two evaluations comparable.`,
    details,
  };
}

/** Null when all generations are there, whatever else happened. */
export async function generationOutcome(
  spec: EvaluationSpec,
  folder: string,
  end: WorkerEnd,
  complete: boolean,
): Promise<JobOutcome | null> {
  if (end.kind === 'detached') return { kind: 'detached' };
  if (complete) return null;
  const last = await lastWords(folder);
  if (last.outcome === 'stopped') return { kind: 'stopped' };
  const failure = await failureCard({
    folder,
    title: `Evaluating "${spec.subjectLabel}" failed`,
    error: last.error?.code === 'out_of_memory' ? memoryError(spec, last.error) : last.error,
    report: end.report,
    killed: end.killed,
    // What was generated is kept: a retry goes on after it.
    canResume: true,
  });
  return { kind: 'failed', failure };
}
