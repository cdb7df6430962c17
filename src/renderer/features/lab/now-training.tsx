import type { Job } from '@shared/job';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Sparkline } from '../../charts/sparkline';
import { useMetricFeed } from '../../charts/use-metric-feed';
import { integer, loss, percent, plain, roughDuration } from '../../ui/format';
import { ProgressBar } from '../../ui/progress';
import { Quantity, Reading } from '../../ui/quantity';

/** The running training: readings, progress, and its two curves in small. */
export function NowTraining({ job }: { readonly job: Job }): ReactNode {
  const { query } = useLab();
  const detail = useQuery(
    query.runs.get.queryOptions({ input: { id: job.targetId }, refetchInterval: 1000 }),
  );
  const feed = useMetricFeed(job.targetId, true, 240);
  const summary = detail.data?.summary;
  const phase = detail.data?.phase;
  const steps = summary?.steps ?? 0;
  const total = summary?.totalSteps ?? null;
  const currentLoss = summary?.loss ?? null;
  const accuracy = summary?.tokenAccuracy ?? null;
  return (
    <div className="relative -m-2 rounded-md p-2">
      <div className="grid grid-cols-[auto_1fr_1fr] items-end gap-x-6 gap-y-3">
        <div className="grid grid-cols-2 gap-x-6 gap-y-2">
          <Reading label="loss" large>
            {loss(currentLoss)}
          </Reading>
          <Reading label="token accuracy" large>
            <Quantity of={percent(accuracy)} />
          </Reading>
          <Reading label="step">
            {integer(steps)}
            <span className="unit">/ {integer(total)}</span>
          </Reading>
          <Reading label="left">{roughDuration(detail.data?.secondsLeft ?? null)}</Reading>
        </div>
        <div className="h-20">
          <Sparkline feed={feed} metric="loss" colour={0} label={`Loss: ${loss(currentLoss)}`} />
        </div>
        <div className="h-20">
          <Sparkline
            feed={feed}
            metric="tokenAccuracy"
            colour={2}
            label={`Token accuracy: ${plain(percent(accuracy))}`}
          />
        </div>
      </div>
      <div className="pt-4">
        <ProgressBar value={job.progress} label={`Progress of ${job.title}`} />
      </div>
      {steps === 0 && phase !== undefined && phase !== null && (
        <p className="pt-2 text-xs text-ink-faint">{phase.message}</p>
      )}
      <Link
        href={`/runs/${job.targetId}`}
        aria-label={`Open ${summary?.name ?? job.title}`}
        className="absolute inset-0 rounded-md hover:bg-hover"
      />
    </div>
  );
}
