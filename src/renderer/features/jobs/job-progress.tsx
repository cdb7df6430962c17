import type { Job } from '@shared/job';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Button, IconButton } from '../../ui/button';
import { endsAt, roughDuration } from '../../ui/format';
import { isActive } from '../../ui/job-state';
import { ProgressBar } from '../../ui/progress';
import { jobPath } from '../lab/job-path';
import { useJobCommands } from './use-jobs';

/** What a job does now, in words. */
export function jobWords(job: Job): string {
  if (job.state === 'queued') return job.waitingFor ?? 'waits in the queue';
  if (job.state === 'stopping') return 'stopping';
  return job.message ?? (job.state === 'running' ? 'starting' : job.state);
}

/** How long it still takes and when that is; empty while unknown. */
export function timeLeft(job: Job): string {
  if (!isActive(job.state) || job.secondsLeft === null) return '';
  return `${roughDuration(job.secondsLeft)} left, until ${endsAt(job.secondsLeft)}`;
}

/** A job that goes on: bar, amount, end time, and the way to cancel it. */
export function JobProgress({ job }: { readonly job: Job }): ReactNode {
  const { cancel } = useJobCommands();
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2">
      <div className="min-w-0 flex-1">
        <ProgressBar
          value={job.state === 'queued' ? 0 : job.progress}
          label={`Progress of ${job.title}`}
          thin
        />
        <div className="flex flex-wrap justify-between gap-x-3 pt-1 text-2xs text-ink-soft">
          <span className="min-w-0 truncate">{jobWords(job)}</span>
          <span className="text-ink-faint">{timeLeft(job)}</span>
        </div>
      </div>
      <IconButton
        name={`Cancel ${job.title}`}
        size="small"
        disabled={cancel.busy || job.state === 'stopping'}
        onClick={() => cancel.run(job)}
      >
        <X aria-hidden className="size-3.5" />
      </IconButton>
    </div>
  );
}

/** A job that failed, small: what, what to do, retry, and the way to the whole card. */
export function JobFailed({ job }: { readonly job: Job }): ReactNode {
  const { retry } = useJobCommands();
  return (
    <div role="alert" className="rounded-md bg-failed-soft p-2 text-xs">
      <p className="line-clamp-2 font-medium break-words text-failed">
        {job.failure?.title ?? `${job.title} failed`}
      </p>
      {job.failure !== null && <p className="line-clamp-2 pt-0.5">{job.failure.fix}</p>}
      <div className="flex items-center gap-3 pt-1.5">
        <Button size="small" disabled={retry.busy} onClick={() => retry.run(job)}>
          Try again
        </Button>
        <Link href={jobPath(job)} className="text-accent underline">
          Why
        </Link>
      </div>
    </div>
  );
}
