import { Pause, Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { plural } from '../../ui/format';
import { isActive } from '../../ui/job-state';
import { Panel } from '../../ui/panel';
import { useCommand } from '../../ui/use-command';
import { Empty, Waiting } from '../../ui/waiting';
import { QueueRow } from './queue-row';
import { QueuedJobs } from './queued-jobs';
import { useQueue } from './use-queue';

/** How many ended jobs stay in sight. */
const endedShown = 4;

export function QueuePanel(): ReactNode {
  const { client } = useLab();
  const queue = useQueue();
  const pause = useCommand(() => client.queue.pause(), {
    said: () => 'The queue is paused. Running jobs finish; no new one starts.',
  });
  const resume = useCommand(() => client.queue.resume({}), {
    said: () => 'The queue goes on.',
  });
  const jobs = queue.data?.jobs ?? [];
  const active = jobs.filter((job) => isActive(job.state));
  const queued = jobs.filter((job) => job.state === 'queued');
  const ended = jobs
    .filter((job) => !isActive(job.state) && job.state !== 'queued')
    .slice(0, endedShown);
  const paused = queue.data?.paused === true;
  return (
    <Panel
      title="Queue"
      note={queued.length > 0 ? `${plural(queued.length, 'job')} waiting` : undefined}
      bodyClassName="py-1"
      actions={
        <Button
          size="small"
          look="ghost"
          disabled={queue.data === undefined}
          aria-label={paused ? 'Resume queue' : 'Pause queue'}
          onClick={() => (paused ? resume.run(undefined) : pause.run(undefined))}
        >
          {paused ? (
            <Play aria-hidden className="size-3.5" />
          ) : (
            <Pause aria-hidden className="size-3.5" />
          )}
          {paused ? 'Resume' : 'Pause'}
        </Button>
      }
    >
      {paused && (
        <p className="mx-2 mb-1 rounded-md bg-warning-soft px-2 py-1.5 text-xs text-warning">
          Paused: running jobs finish, no new one starts.
        </p>
      )}
      {queue.isError ? (
        <ErrorCard error={queue.error} />
      ) : queue.data === undefined ? (
        <Waiting words="Reading the queue" />
      ) : jobs.length === 0 ? (
        <Empty title="The queue is empty.">What you train or evaluate waits here its turn.</Empty>
      ) : (
        <>
          <ul aria-label="Running jobs">
            {active.map((job) => (
              <QueueRow key={job.id} job={job} />
            ))}
          </ul>
          <QueuedJobs jobs={queued} />
          <ul aria-label="Ended jobs">
            {ended.map((job) => (
              <QueueRow key={job.id} job={job} />
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
