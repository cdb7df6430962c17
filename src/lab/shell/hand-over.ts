/** What a shell does with the queue when it goes: somebody must go on scheduling. */
import type { Job, JobState, QueueSnapshot } from '@shared/job';
import type { LabClient } from '../rpc/router';
import { startBackgroundScheduler } from './background-scheduler';

const active: readonly JobState[] = ['running', 'judging', 'stopping'];

export function activeJobs(snapshot: QueueSnapshot): readonly Job[] {
  return snapshot.jobs.filter((job) => active.includes(job.state));
}

/** Whether a scheduler still has something to do: what runs, and what may start. */
export function hasWorkLeft(snapshot: QueueSnapshot): boolean {
  if (activeJobs(snapshot).length > 0) return true;
  return !snapshot.paused && snapshot.jobs.some((job) => job.state === 'queued');
}

/**
 * Closes the lab, which lets go of its workers without ending them, and starts the background
 * scheduler when work is left and no other process schedules. Returns its pid, else null.
 */
export async function closeAndHandOver(
  lab: { readonly home: string; close(): Promise<void> },
  client: LabClient,
  labScript: string,
): Promise<number | null> {
  const snapshot = await client.queue.snapshot();
  await lab.close();
  const another = snapshot.scheduler !== null && !snapshot.scheduler.mine;
  if (another || !hasWorkLeft(snapshot)) return null;
  return startBackgroundScheduler(lab.home, labScript);
}
