/** Puts jobs into the queue. */
import type { Job } from '@shared/job';
import type { LabContext } from '../context';
import { newId } from '../store/ids';
import type { Store } from '../store/store';
import { jobById } from './job-rows';

export interface NewJob {
  readonly kind: Job['kind'];
  readonly title: string;
  /** Id of the run, evaluation or job folder; the name of an environment to install. */
  readonly targetId: string;
  /** Id of the device it needs; null when it needs none. */
  readonly device: string | null;
  /** Ids of jobs that must be done first. */
  readonly after: readonly string[];
}

/** Adds a job at the end of the queue. Safe inside a transaction of the caller's. */
export function enqueueJob(context: LabContext, job: NewJob): Job {
  const { store, changes } = context;
  return store.transaction(() => {
    const id = newId();
    const last = Number(store.value('SELECT max(position) FROM jobs') ?? 0);
    store.run(
      `INSERT INTO jobs (id, kind, state, title, target_id, device, after_json, position, created_at)
       VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?)`,
      id,
      job.kind,
      job.title,
      job.targetId,
      job.device,
      JSON.stringify(job.after),
      last + 1,
      new Date().toISOString(),
    );
    changes.publish('queue', id);
    const made = jobById(store, id);
    if (made === null) throw new Error(`Job ${id} vanished while it was being added.`);
    return made;
  });
}

/** A queued job of `targetId` waits for no other job any more; its place in the queue stays. */
export function forgetPredecessors(store: Store, targetId: string): void {
  store.run("UPDATE jobs SET after_json = '[]' WHERE target_id = ? AND state = 'queued'", targetId);
}
