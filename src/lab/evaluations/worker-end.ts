/** How the generating worker of an evaluation ended, from its events and its keeper's report. */
import { join } from 'node:path';
import type { EvaluationSpec } from '@shared/evaluation';
import { type ErrorEvent, eventSchema } from '@shared/events';
import { failureCard } from '../process/failure-card';
import { readJsonLines } from '../process/json-lines';
import type { WorkerEnd } from '../process/supervise';
import type { JobOutcome } from '../queue/job-runner';

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
  if (last.stopped) return { kind: 'stopped' };
  const failure = await failureCard({
    folder,
    title: `Evaluating "${spec.subjectLabel}" failed`,
    error: last.error,
    report: end.report,
    killed: end.killed,
    // What was generated is kept: a retry goes on after it.
    canResume: true,
  });
  return { kind: 'failed', failure };
}

/** What the last attempt said of its end. */
async function lastWords(folder: string): Promise<{ error: ErrorEvent | null; stopped: boolean }> {
  let error: ErrorEvent | null = null;
  let stopped = false;
  let offset = 0;
  for (;;) {
    const read = await readJsonLines(join(folder, 'events.jsonl'), offset);
    if (read.offset === offset) return { error, stopped };
    offset = read.offset;
    for (const { value } of read.lines) {
      const event = eventSchema.safeParse(value).data;
      if (event?.kind === 'phase' && event.phase === 'starting') {
        error = null;
        stopped = false;
      }
      if (event?.kind === 'error') error = event;
      if (event?.kind === 'done') stopped = event.outcome === 'stopped';
    }
  }
}
