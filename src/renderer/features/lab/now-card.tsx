import { assertNever } from '@shared/assert-never';
import type { Job, JobKind } from '@shared/job';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { roughDuration } from '../../ui/format';
import { isActive, StateBadge } from '../../ui/job-state';
import { Panel } from '../../ui/panel';
import { ProgressBar } from '../../ui/progress';
import { Empty, Waiting } from '../../ui/waiting';
import { jobPath } from './job-path';
import { NowEvaluation } from './now-evaluation';
import { NowJob } from './now-job';
import { NowTraining } from './now-training';
import { useQueue } from './use-queue';

/** What runs at this moment. */
export function NowCard(): ReactNode {
  const { data } = useQueue();
  const active = data?.jobs.filter((job) => isActive(job.state)) ?? [];
  const main = mainJob(active);
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
          <Main job={main} />
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

/** What matters most comes first: numbers that change, then what only has to end. */
const order: readonly JobKind[] = [
  'train',
  'rehearse',
  'smoke',
  'evaluate',
  'install',
  'download',
  'export',
];

export function mainJob(active: readonly Job[]): Job | undefined {
  return [...active].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0];
}

function Main({ job }: { readonly job: Job }): ReactNode {
  switch (job.kind) {
    case 'train':
      return <NowTraining job={job} />;
    case 'evaluate':
      return <NowEvaluation job={job} />;
    case 'smoke':
    case 'rehearse':
    case 'install':
    case 'download':
    case 'export':
      return <NowJob job={job} />;
    default:
      return assertNever(job.kind);
  }
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
      <span className="ml-auto min-w-0 truncate text-ink-faint">
        {job.message !== null && `${job.message}, `}
        {job.secondsLeft === null ? '' : `${roughDuration(job.secondsLeft)} left`}
      </span>
    </div>
  );
}
