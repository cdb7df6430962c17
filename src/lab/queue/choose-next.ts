/** Which queued job may start, and what the others wait for. */
import { assertNever } from '@shared/assert-never';
import type { JobRow } from './job-rows';
import { isActive, isOver, isQueued } from './job-state';

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'after'; readonly job: JobRow }
  | { readonly kind: 'lost'; readonly id: string }
  | { readonly kind: 'broken'; readonly job: JobRow }
  | { readonly kind: 'device'; readonly device: string; readonly job: JobRow };

/** Whether `job` could start now, given all jobs in queue order. One job a device at a time. */
export function readiness(job: JobRow, jobs: readonly JobRow[], paused: boolean): Readiness {
  for (const id of job.after) {
    const before = jobs.find((other) => other.id === id);
    if (before === undefined) return { kind: 'lost', id };
    if (before.state === 'done') continue;
    return isOver(before) ? { kind: 'broken', job: before } : { kind: 'after', job: before };
  }
  if (paused) return { kind: 'paused' };
  const holder = jobs.find(
    (other) =>
      job.device !== null && isActive(other) && other.deviceHeld && other.device === job.device,
  );
  if (holder !== undefined && job.device !== null) {
    return { kind: 'device', device: job.device, job: holder };
  }
  return { kind: 'ready' };
}

/** The first queued job, in order, that could start now. */
export function chooseNext(jobs: readonly JobRow[], paused: boolean): JobRow | null {
  return jobs.find((job) => isQueued(job) && readiness(job, jobs, paused).kind === 'ready') ?? null;
}

/** Jobs that ended without being done while others still wait for them. */
export function hopeless(jobs: readonly JobRow[]): JobRow[] {
  return jobs.filter(
    (before) =>
      isOver(before) &&
      before.state !== 'done' &&
      jobs.some((job) => isQueued(job) && job.after.includes(before.id)),
  );
}

/** In words, why a queued job has not started; null when it may. */
export function waitingFor(state: Readiness): string | null {
  switch (state.kind) {
    case 'ready':
      return null;
    case 'paused':
      return 'the queue is paused';
    case 'after':
    case 'broken':
      return `after "${state.job.title}"`;
    case 'lost':
      return 'the job it waits for is gone';
    case 'device':
      return `${state.device} is busy with "${state.job.title}"`;
    default:
      return assertNever(state);
  }
}
