import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { roughDuration } from '../../ui/format';
import { isActive, jobStateLooks, StateSign } from '../../ui/job-state';
import { ProgressBar } from '../../ui/progress';
import { useQueue } from '../lab/use-queue';
import type { QueuedEvaluation } from './use-evaluate';

/** The jobs that were just queued, as they stand now. */
export function QueuedEvaluations({
  queued,
}: {
  readonly queued: readonly QueuedEvaluation[];
}): ReactNode {
  const { data } = useQueue();
  return (
    <ul
      aria-label="Queued evaluations"
      className="divide-y divide-line rounded-md border border-line"
    >
      {queued.map(({ id, benchmark }) => {
        const job = data?.jobs.find(({ targetId }) => targetId === id);
        const state = job?.state ?? 'queued';
        return (
          <li key={id}>
            <Link
              href={`/evaluations/${id}`}
              className="clickable flex min-h-10 items-center gap-3 px-3"
            >
              <StateSign state={state} />
              <span className="min-w-0 truncate font-medium">{benchmark}</span>
              <span className="ml-auto flex min-w-0 items-center gap-3 text-xs text-ink-faint">
                {job !== undefined && isActive(state) && (
                  <span className="w-24">
                    <ProgressBar value={job.progress} label={`Progress of ${benchmark}`} thin />
                  </span>
                )}
                <span className="truncate">
                  {state === 'queued'
                    ? (job?.waitingFor ?? 'waits in the queue')
                    : job?.secondsLeft != null
                      ? `${roughDuration(job.secondsLeft)} left`
                      : jobStateLooks[state].word}
                </span>
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
