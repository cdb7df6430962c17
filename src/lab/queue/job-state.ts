/** The one place where a job's state changes; nothing else names a next state. */
import { LabError } from '@shared/errors';
import type { Job, JobState } from '@shared/job';

export type JobAction =
  | 'start'
  | 'judge'
  | 'request-stop'
  | 'finish'
  | 'fail'
  | 'stop'
  | 'cancel'
  | 'requeue';

const transitions: Readonly<Record<JobState, Partial<Readonly<Record<JobAction, JobState>>>>> = {
  queued: { start: 'running', cancel: 'cancelled' },
  running: {
    judge: 'judging',
    'request-stop': 'stopping',
    finish: 'done',
    fail: 'failed',
    stop: 'stopped',
  },
  judging: { 'request-stop': 'stopping', finish: 'done', fail: 'failed', stop: 'stopped' },
  // A job may still reach its end while it is being asked to stop.
  stopping: { finish: 'done', fail: 'failed', stop: 'stopped', 'request-stop': 'stopping' },
  done: {},
  failed: { requeue: 'queued' },
  stopped: { requeue: 'queued' },
  cancelled: { requeue: 'queued' },
};

/** The state after `action`, or null when a job in `state` does not allow it. */
export function transition(state: JobState, action: JobAction): JobState | null {
  return transitions[state][action] ?? null;
}

/** States in which a scheduler looks after the job. */
export const activeStates: readonly JobState[] = ['running', 'judging', 'stopping'];
/** States in which nothing more happens by itself. */
export const endStates: readonly JobState[] = ['done', 'failed', 'stopped', 'cancelled'];

export function isActive(job: Pick<Job, 'state'>): boolean {
  return activeStates.includes(job.state);
}

export function isOver(job: Pick<Job, 'state'>): boolean {
  return endStates.includes(job.state);
}

export function isQueued(job: Pick<Job, 'state'>): boolean {
  return job.state === 'queued';
}

/** A refusal in the user's words. */
export function notAllowed(job: Pick<Job, 'title' | 'state'>, action: string): LabError {
  return new LabError({
    code: 'conflict',
    what: `"${job.title}" cannot be ${action}.`,
    why: `It is ${job.state}.`,
    fix: 'See the queue for what its state allows: npm run lab -- queue list',
  });
}
