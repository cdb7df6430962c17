/** Waits for a job that is neither training nor evaluation: a download, an installation. */
import { setTimeout as wait } from 'node:timers/promises';
import type { LabClient } from '@lab/rpc/router';
import { LabError } from '@shared/errors';
import type { Job } from '@shared/job';
import type { Progress } from '../text/progress';
import { duration } from '../text/units';
import { failureOf } from './failure-of';
import { isOver } from './states';

const pause = 300;

/**
 * Resolves with the job when it is done. Throws its failure card when it failed, and says so when
 * somebody stopped or cancelled it. Rejects with the signal's reason when that is aborted.
 */
export async function followJob(
  client: LabClient,
  jobId: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Job> {
  for (;;) {
    const { jobs } = await client.queue.snapshot();
    const job = jobs.find(({ id }) => id === jobId);
    if (job === undefined) throw gone(jobId);
    if (isOver(job.state)) return finish(job, progress);
    progress.update(job.progress, textOf(job));
    await wait(pause, undefined, { signal });
  }
}

function textOf(job: Job): string {
  if (job.state === 'queued') {
    return `${job.title}: queued${job.waitingFor === null ? '' : `, waiting: ${job.waitingFor}`}`;
  }
  const left = job.secondsLeft === null ? null : `${duration(job.secondsLeft)} left`;
  const words = [job.message, left].filter((part) => part !== null).join(', ');
  return `${job.title}: ${words === '' ? job.state : words}`;
}

function finish(job: Job, progress: Progress): Job {
  progress.end(`${job.title}: ${job.state}`);
  if (job.state === 'done') return job;
  if (job.failure !== null) throw failureOf(job.failure);
  throw new LabError({
    code: 'failed',
    what: `"${job.title}" was ${job.state}.`,
    why: 'Somebody asked for it, in the window or with another command.',
    fix: `"lab queue retry ${job.id}" goes on with it.`,
  });
}

function gone(jobId: string): LabError {
  return new LabError({
    code: 'not_found',
    what: `The job ${jobId} is no longer in the queue.`,
    why: 'Many others have ended since.',
    fix: '"lab queue list" shows those that there are.',
  });
}
