/** Jobs as rows of the store. */
import {
  type FailureCard,
  failureCardSchema,
  type Job,
  jobKindSchema,
  jobStateSchema,
} from '@shared/job';
import { z } from 'zod';
import { type ProcessIdentity, processIdentitySchema } from '../process/identity';
import type { Store } from '../store/store';
import { type JobAction, transition } from './job-state';

const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);

const rowSchema = z
  .object({
    id: z.string(),
    kind: jobKindSchema,
    state: jobStateSchema,
    title: z.string(),
    target_id: z.string(),
    device: z.string().nullable(),
    device_held: z.number(),
    after_json: json(z.array(z.string())),
    position: z.number(),
    created_at: z.string(),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    attempt: z.number(),
    stop_requested: z.number(),
    cancelled_with: z.string().nullable(),
    worker_json: json(processIdentitySchema).nullable(),
    progress: z.number().nullable(),
    seconds_left: z.number().nullable(),
    message: z.string().nullable(),
    failure_json: json(failureCardSchema).nullable(),
  })
  .transform((row) => ({
    id: row.id,
    kind: row.kind,
    state: row.state,
    title: row.title,
    targetId: row.target_id,
    device: row.device,
    after: row.after_json,
    waitingFor: null as string | null,
    progress: row.progress,
    secondsLeft: row.seconds_left,
    message: row.message,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    attempt: row.attempt,
    failure: row.failure_json,
    position: row.position,
    deviceHeld: row.device_held === 1,
    stopRequested: row.stop_requested === 1,
    cancelledWith: row.cancelled_with,
    worker: row.worker_json,
  }));

/** A job with what only the lab needs to know of it. */
export type JobRow = Job & {
  readonly position: number;
  readonly deviceHeld: boolean;
  readonly stopRequested: boolean;
  /** The job whose end cancelled this one; retrying that one brings it back. */
  readonly cancelledWith: string | null;
  readonly worker: ProcessIdentity | null;
};

export function jobById(store: Store, id: string): JobRow | null {
  return store.first(rowSchema, 'SELECT * FROM jobs WHERE id = ?', id);
}

/** The newest job of a run or an evaluation. */
export function jobOfTarget(store: Store, targetId: string): JobRow | null {
  return store.first(
    rowSchema,
    'SELECT * FROM jobs WHERE target_id = ? ORDER BY created_at DESC, id DESC LIMIT 1',
    targetId,
  );
}

/** Jobs that are not over, and those that a queued one waits for, in queue order. */
export function openJobs(store: Store): JobRow[] {
  return store.all(
    rowSchema,
    `SELECT * FROM jobs WHERE state IN ('queued', 'running', 'judging', 'stopping')
       OR id IN (SELECT value FROM jobs j, json_each(j.after_json) WHERE j.state = 'queued')
     ORDER BY position`,
  );
}

/** Jobs that are over, the last ended first. */
export function endedJobs(store: Store, limit: number): JobRow[] {
  return store.all(
    rowSchema,
    `SELECT * FROM jobs WHERE state IN ('done', 'failed', 'stopped', 'cancelled')
     ORDER BY finished_at DESC LIMIT ?`,
    limit,
  );
}

/** Jobs that were cancelled because `id` was not done. */
export function jobsCancelledWith(store: Store, id: string): JobRow[] {
  return store.all(rowSchema, 'SELECT * FROM jobs WHERE cancelled_with = ?', id);
}

/** Jobs of a kind that were queued to follow `id`. */
export function jobsAfter(store: Store, id: string, kind: Job['kind']): JobRow[] {
  return store.all(
    rowSchema,
    `SELECT * FROM jobs
     WHERE kind = ? AND EXISTS (SELECT 1 FROM json_each(after_json) WHERE value = ?)`,
    kind,
    id,
  );
}

export function jobsIn(store: Store, states: readonly Job['state'][]): JobRow[] {
  const marks = states.map(() => '?').join(', ');
  return store.all(
    rowSchema,
    `SELECT * FROM jobs WHERE state IN (${marks}) ORDER BY position`,
    ...states,
  );
}

/** Moves a job to its next state; false when it is not in a state that allows it any more. */
export function applyAction(
  store: Store,
  id: string,
  action: JobAction,
  failure: FailureCard | null = null,
): boolean {
  return store.transaction(() => {
    const job = jobById(store, id);
    const next = job === null ? null : transition(job.state, action);
    if (next === null) return false;
    const now = new Date().toISOString();
    const over =
      action === 'finish' || action === 'fail' || action === 'stop' || action === 'cancel';
    store.run(
      `UPDATE jobs SET state = ?, failure_json = ?,
         started_at = CASE WHEN ? THEN ? ELSE started_at END,
         finished_at = CASE WHEN ? THEN ? ELSE NULL END,
         attempt = attempt + ?, device_held = CASE WHEN ? THEN 0 ELSE device_held END,
         stop_requested = CASE WHEN ? THEN 1 WHEN ? THEN 0 ELSE stop_requested END
       WHERE id = ?`,
      next,
      failure === null ? null : JSON.stringify(failure),
      action === 'start' ? 1 : 0,
      now,
      over ? 1 : 0,
      now,
      action === 'start' ? 1 : 0,
      over ? 1 : 0,
      action === 'request-stop' ? 1 : 0,
      action === 'start' || over ? 1 : 0,
      id,
    );
    return true;
  });
}
