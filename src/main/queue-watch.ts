/** Follows the queue, whoever schedules it, and tells what ended since the last look. */
import type { LabClient } from '@lab/rpc/router';
import type { Job, JobState, QueueSnapshot } from '@shared/job';
import type { Change } from '@shared/rpc/machine';

const ended: readonly JobState[] = ['done', 'failed', 'stopped', 'cancelled'];

/** Jobs of `now` that were waiting or at work in `before` and have ended since. */
export function endedSince(before: QueueSnapshot, now: QueueSnapshot): readonly Job[] {
  const open = new Set(
    before.jobs.filter((job) => !ended.includes(job.state)).map((job) => job.id),
  );
  return now.jobs.filter((job) => ended.includes(job.state) && open.has(job.id));
}

const watched: readonly Change['topic'][] = ['queue', 'runs', 'evaluations'];

export interface QueueListener {
  changed(snapshot: QueueSnapshot): void;
  ended(job: Job): void;
}

/** Runs until `signal` is aborted. The first look tells no ends: those are history. */
export async function watchQueue(
  client: LabClient,
  signal: AbortSignal,
  listener: QueueListener,
): Promise<void> {
  const changes = await client.machine.changes(undefined, { signal });
  let before = await client.queue.snapshot();
  listener.changed(before);
  for await (const batch of changes) {
    // Progress of a job is told as a change of its run or evaluation.
    if (!batch.some((change) => watched.includes(change.topic))) continue;
    const now = await client.queue.snapshot();
    listener.changed(now);
    for (const job of endedSince(before, now)) listener.ended(job);
    before = now;
  }
}
