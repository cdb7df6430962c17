import type { Job } from '@shared/job';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { roughDuration } from '../../ui/format';
import { isActive, StateBadge } from '../../ui/job-state';
import { Panel } from '../../ui/panel';
import { ProgressBar } from '../../ui/progress';
import { Empty, Waiting } from '../../ui/waiting';
import { jobPath } from './job-path';
import { NowEvaluation } from './now-evaluation';
import { NowTraining } from './now-training';
import { useQueue } from './use-queue';

/** What runs at this moment. */
export function NowCard(): ReactNode {
  const { data } = useQueue();
  const active = data?.jobs.filter((job) => isActive(job.state)) ?? [];
  const main = active.find((job) => job.kind === 'train') ?? active[0];
  return (
    <Panel
      title="Now"
      className="h-full"
      bodyClassName="p-4"
      note={main === undefined ? undefined : <Link href={jobPath(main)}>{main.title}</Link>}
      actions={main !== undefined && <StateBadge state={main.state} />}
    >
      {data === undefined ? (
        <Waiting words="Reading the queue" />
      ) : main === undefined ? (
        <Empty title={data.paused ? 'The queue is paused.' : 'Nothing is running.'}>
          {data.paused
            ? 'Running jobs were let finish; resume the queue to start the next one.'
            : 'Train a preset below and watch it here. Closing the window does not stop a job.'}
        </Empty>
      ) : (
        <div className="flex flex-col gap-3">
          {main.kind === 'train' ? <NowTraining job={main} /> : <NowEvaluation job={main} />}
          {active
            .filter((job) => job !== main)
            .map((job) => (
              <Beside key={job.id} job={job} />
            ))}
        </div>
      )}
    </Panel>
  );
}

function Beside({ job }: { readonly job: Job }): ReactNode {
  return (
    <div className="flex items-center gap-3 border-t border-line pt-3 text-xs">
      <Link href={jobPath(job)} className="min-w-0 truncate hover:underline">
        {job.title}
      </Link>
      <div className="w-24 shrink-0">
        <ProgressBar value={job.progress} label={job.title} thin />
      </div>
      <span className="ml-auto text-ink-faint">
        {job.secondsLeft === null ? '' : `${roughDuration(job.secondsLeft)} left`}
      </span>
    </div>
  );
}
