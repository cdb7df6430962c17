import type { Job } from '@shared/job';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { integer, percent, roughDuration } from '../../ui/format';
import { ProgressBar } from '../../ui/progress';
import { Quantity, Reading } from '../../ui/quantity';

/** The running evaluation: what is generated, what is judged, and how it goes so far. */
export function NowEvaluation({ job }: { readonly job: Job }): ReactNode {
  const { query } = useLab();
  const input = { id: job.targetId };
  const detail = useQuery(query.evaluations.get.queryOptions({ input, refetchInterval: 1000 }));
  const cells = useQuery(query.evaluations.cells.queryOptions({ input, refetchInterval: 1000 }));
  const item = detail.data?.item;
  const samples = item?.samples ?? 0;
  const judged = item?.judged ?? 0;
  const passed = cells.data?.reduce((sum, cell) => sum + cell.passed, 0) ?? 0;
  return (
    <div className="relative -m-2 rounded-md p-2">
      <div className="grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-4">
        <Reading label="passed so far" large>
          <Quantity of={percent(judged === 0 ? null : passed / judged, 0)} />
        </Reading>
        <Reading label="generated" large>
          {integer(item?.generated ?? null)}
          <span className="unit">/ {integer(samples)}</span>
        </Reading>
        <Reading label="judged" large>
          {integer(judged)}
          <span className="unit">/ {integer(samples)}</span>
        </Reading>
        <Reading label="left" large>
          {roughDuration(job.secondsLeft)}
        </Reading>
      </div>
      <div className="space-y-1.5 pt-4">
        <ProgressBar
          value={samples === 0 ? null : (item?.generated ?? 0) / samples}
          label="Generated"
        />
        <ProgressBar
          value={samples === 0 ? null : judged / samples}
          label="Judged"
          thin
          tone="passed"
        />
      </div>
      <Link
        href={`/evaluations/${job.targetId}`}
        aria-label={`Open ${job.title}`}
        className="absolute inset-0 rounded-md hover:bg-hover"
      />
    </div>
  );
}
