import type { Job } from '@shared/job';
import { useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Page } from '../../app/page';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { FailurePanel } from '../../ui/failure-panel';
import { duration, moment } from '../../ui/format';
import { isOpen, StateBadge } from '../../ui/job-state';
import { Panel } from '../../ui/panel';
import { Reading } from '../../ui/quantity';
import { Empty, Waiting } from '../../ui/waiting';
import { RehearsalResult } from '../editor/rehearsal-result';
import { useQueue } from '../lab/use-queue';
import { JobProgress } from './job-progress';
import { useJobCommands } from './use-jobs';

/** A download, an installation or a rehearsal: how far it is, what it brought, why it failed. */
export function JobPage({ id }: { readonly id: string }): ReactNode {
  const queue = useQueue();
  const job = queue.data?.jobs.find((entry) => entry.id === id);
  if (queue.isError) return <ErrorCard error={queue.error} />;
  if (queue.data === undefined) return <Waiting words="Reading the queue" />;
  if (job === undefined) {
    return (
      <Empty
        title="This job is not in the queue any more."
        action={
          <Link href="/" className="text-accent underline">
            Go to the lab
          </Link>
        }
      >
        It was cancelled, or it ended some time ago.
      </Empty>
    );
  }
  return <JobView job={job} />;
}

const explained: Readonly<Record<Job['kind'], string>> = {
  train: '',
  evaluate: '',
  rehearse: 'A few real steps on random weights of the exact architecture, measured.',
  download: 'A model from the hub; an interrupted download goes on where it was cut off.',
  smoke: 'One prompt against a few subjects, before a whole benchmark is spent on them.',
  install: 'A Python environment with the builds that the device needs.',
  export: 'The adapter is folded into the weights of its base model, as a folder of its own.',
};

function JobView({ job }: { readonly job: Job }): ReactNode {
  const { retry } = useJobCommands();
  const seconds =
    job.startedAt === null
      ? null
      : ((job.finishedAt === null ? Date.now() : Date.parse(job.finishedAt)) -
          Date.parse(job.startedAt)) /
        1000;
  return (
    <Page
      title={job.title}
      subtitle={explained[job.kind]}
      actions={<StateBadge state={job.state} />}
    >
      {job.failure !== null && (
        <FailurePanel
          failure={job.failure}
          actions={
            <Button look="primary" disabled={retry.busy} onClick={() => retry.run(job)}>
              <RotateCcw aria-hidden className="size-3.5" /> Try again
            </Button>
          }
        />
      )}
      <Panel title="How it stands" bodyClassName="flex flex-col gap-4 p-4">
        {isOpen(job.state) && <JobProgress job={job} />}
        <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          <Reading label="asked for">{moment(job.createdAt)}</Reading>
          <Reading label="started">{moment(job.startedAt)}</Reading>
          <Reading label="ended">{moment(job.finishedAt)}</Reading>
          <Reading label="time">{duration(seconds)}</Reading>
        </div>
      </Panel>
      {job.kind === 'rehearse' && <Rehearsed id={job.targetId} />}
    </Page>
  );
}

function Rehearsed({ id }: { readonly id: string }): ReactNode {
  const { query } = useLab();
  const rehearsal = useQuery(query.rehearsals.get.queryOptions({ input: { id }, retry: false }));
  if (rehearsal.data === undefined || rehearsal.data.status === 'failed') return null;
  return (
    <Panel
      title="What was measured"
      note={`${rehearsal.data.model} on ${rehearsal.data.device.name}`}
    >
      {rehearsal.data.result === null ? (
        <Empty title="Nothing yet." />
      ) : (
        <RehearsalResult rehearsal={rehearsal.data} />
      )}
    </Panel>
  );
}
