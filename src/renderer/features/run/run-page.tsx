import type { RunDetail } from '@shared/run';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { ErrorCard } from '../../ui/error-card';
import { isActive, isOpen } from '../../ui/job-state';
import { Waiting } from '../../ui/waiting';
import { RunCharts } from './run-charts';
import { RunEvaluations } from './run-evaluations';
import { RunFailure } from './run-failure';
import { RunHeader } from './run-header';
import { RunTabs } from './run-tabs';

/** One run: how it stands, its curves, and everything it was made of. */
export function RunPage({ id }: { readonly id: string }): ReactNode {
  const { query } = useLab();
  const detail = useQuery(
    query.runs.get.queryOptions({
      input: { id },
      refetchInterval: ({ state }: { state: { data: RunDetail | undefined } }) =>
        state.data !== undefined && isOpen(state.data.summary.status) ? 1000 : false,
    }),
  );
  if (detail.data === undefined) {
    return detail.isError ? (
      <div className="p-6">
        <ErrorCard
          error={detail.error}
          actions={
            <Link href="/runs" className="text-accent underline">
              All runs
            </Link>
          }
        />
      </div>
    ) : (
      <Waiting words="Opening the run" />
    );
  }
  const run = detail.data;
  const live = isActive(run.summary.status);
  return (
    <div className="mx-auto flex min-h-full w-full max-w-[160rem] flex-col gap-4 px-4 py-4 xl:px-6 xl:py-5">
      <RunHeader run={run} />
      {run.failure !== null && <RunFailure run={run} failure={run.failure} />}
      <div className="grid min-h-0 flex-1 grid-cols-1 items-stretch gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] 2xl:grid-cols-[minmax(0,1fr)_26rem]">
        <RunCharts id={id} name={run.summary.name} live={live} spec={run.spec} />
        <div className="flex min-h-0 flex-col gap-4">
          <RunEvaluations run={run} />
          <RunTabs run={run} />
        </div>
      </div>
    </div>
  );
}
