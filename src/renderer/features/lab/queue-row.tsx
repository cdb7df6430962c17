import type { Job } from '@shared/job';
import { RotateCcw, Square, X } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { IconButton } from '../../ui/button';
import { classNames } from '../../ui/class-names';
import { roughDuration } from '../../ui/format';
import { isActive, StateSign } from '../../ui/job-state';
import { ProgressBar } from '../../ui/progress';
import { useCommand } from '../../ui/use-command';
import { jobPath } from './job-path';

export function queueWords(job: Job): string {
  if (isActive(job.state)) {
    const left = job.secondsLeft === null ? '' : `${roughDuration(job.secondsLeft)} left`;
    return [job.message, left].filter(Boolean).join(', ') || job.state;
  }
  if (job.state === 'queued') {
    const length = job.secondsLeft === null ? '' : `~${roughDuration(job.secondsLeft)}`;
    return [job.waitingFor, length].filter(Boolean).join(', ') || 'next';
  }
  return job.failure?.title ?? job.state;
}

/** One job of the queue with what can be done about it; `handle` is the grip for dragging. */
export function QueueRow({
  job,
  handle,
  place = {},
}: {
  readonly job: Job;
  readonly handle?: ReactNode;
  /** Where the row is while it is dragged. */
  readonly place?: Pick<ComponentProps<'li'>, 'ref' | 'style' | 'className'>;
}): ReactNode {
  const active = isActive(job.state);
  const ended = !active && job.state !== 'queued';
  return (
    <li
      ref={place.ref}
      style={place.style}
      className={classNames(
        'group relative flex min-h-9 items-center gap-2 px-4 hover:bg-hover',
        place.className,
      )}
    >
      {handle}
      <StateSign state={job.state} />
      <Link
        href={jobPath(job)}
        className={classNames('min-w-0 shrink truncate', ended && 'text-ink-faint')}
      >
        {job.title}
      </Link>
      <span
        className="ml-auto min-w-0 shrink-[2] truncate pl-2 text-right text-xs text-ink-faint"
        title={queueWords(job)}
      >
        {queueWords(job)}
      </span>
      <JobActions job={job} />
      {active && (
        <div className="absolute inset-x-4 bottom-0">
          <ProgressBar value={job.progress} label={`Progress of ${job.title}`} thin />
        </div>
      )}
    </li>
  );
}

function JobActions({ job }: { readonly job: Job }): ReactNode {
  const { client } = useLab();
  const stop = useCommand(() => client.runs.stop({ id: job.targetId }), {
    said: () => 'Stopping: the step is finished and a checkpoint is written.',
  });
  const cancel = useCommand(() => client.queue.cancel({ id: job.id }), {
    said: () => `Cancelled: ${job.title}.`,
  });
  const retry = useCommand(() => client.queue.retry({ id: job.id }), {
    said: () => `Back in the queue: ${job.title}.`,
  });
  // A training is stopped with a checkpoint; everything else is cancelled.
  if (job.state === 'queued' || (isActive(job.state) && job.kind !== 'train')) {
    return (
      <IconButton
        name={`Cancel ${job.title}`}
        size="small"
        disabled={job.state === 'stopping'}
        onClick={() => cancel.run(undefined)}
      >
        <X aria-hidden className="size-3.5" />
      </IconButton>
    );
  }
  if (isActive(job.state)) {
    return (
      <IconButton
        name={`Stop ${job.title}`}
        size="small"
        disabled={job.state === 'stopping'}
        onClick={() => stop.run(undefined)}
      >
        <Square aria-hidden className="size-3" />
      </IconButton>
    );
  }
  if (job.state === 'done') return <span className="size-6 shrink-0" />;
  return (
    <IconButton name={`Retry ${job.title}`} size="small" onClick={() => retry.run(undefined)}>
      <RotateCcw aria-hidden className="size-3.5" />
    </IconButton>
  );
}
