/** What happens to jobs that wait for another: they are cancelled with a reason, or revived. */
import type { FailureCard } from '@shared/job';
import type { Store } from '../store/store';
import { applyAction, type JobRow, jobsCancelledWith, openJobs } from './job-rows';
import { isQueued } from './job-state';

/** Cancels every queued job that waits, directly or not, for one that will not be done. */
export function cancelDependants(store: Store, ended: JobRow): string[] {
  const cancelled: string[] = [];
  const pending = [ended];
  while (pending.length > 0) {
    const before = pending.shift();
    if (before === undefined) break;
    for (const job of openJobs(store)) {
      if (!isQueued(job) || !job.after.includes(before.id)) continue;
      if (!applyAction(store, job.id, 'cancel', cardFor(before))) continue;
      store.run('UPDATE jobs SET cancelled_with = ? WHERE id = ?', ended.id, job.id);
      cancelled.push(job.id);
      pending.push(job);
    }
  }
  return cancelled;
}

/** Queues again what was cancelled because of `job`. */
export function reviveDependants(store: Store, job: JobRow): void {
  for (const other of jobsCancelledWith(store, job.id)) {
    if (applyAction(store, other.id, 'requeue')) {
      store.run('UPDATE jobs SET cancelled_with = NULL WHERE id = ?', other.id);
    }
  }
}

function cardFor(before: JobRow): FailureCard {
  return {
    title: `Not started: "${before.title}" did not finish`,
    why: `It waited for that job, which ended as ${before.state}${
      before.failure === null ? '' : `: ${before.failure.why}`
    }`,
    fix: 'Retry or resume that job; this one then takes its place in the queue again.',
    exitCode: null,
    signal: null,
    log: [],
    details: before.failure === null ? [] : [...before.failure.details],
    canResume: false,
  };
}
