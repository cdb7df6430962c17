import type { RunSummary } from '@shared/run';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { ErrorCard } from '../../ui/error-card';
import { duration, loss, moment, percent } from '../../ui/format';
import { isActive, StateBadge } from '../../ui/job-state';
import { Panel } from '../../ui/panel';
import { Quantity } from '../../ui/quantity';
import { Empty, Waiting } from '../../ui/waiting';

const shown = 10;

export function RecentRuns(): ReactNode {
  const { query } = useLab();
  const runs = useQuery(
    query.runs.list.queryOptions({
      refetchInterval: ({ state }: { state: { data: readonly RunSummary[] | undefined } }) =>
        state.data?.some((run) => isActive(run.status)) ? 2000 : false,
    }),
  );
  return (
    <Panel
      title="Recent runs"
      bodyClassName="overflow-x-auto py-1"
      actions={
        <Link href="/runs" className="rounded-sm px-2 text-xs text-ink-faint hover:text-ink">
          All runs
        </Link>
      }
    >
      {runs.isError ? (
        <div className="px-2">
          <ErrorCard error={runs.error} />
        </div>
      ) : runs.data === undefined ? (
        <Waiting words="Reading the history" />
      ) : runs.data.length === 0 ? (
        <Empty title="No run yet.">
          Every training is kept here with its curves, its specification and its evaluations.
        </Empty>
      ) : (
        <table className="w-full">
          <thead>
            <tr className="text-right">
              <th className="label py-1 pl-4 text-left">run</th>
              <th className="label py-1 pl-4 text-left">state</th>
              <th className="label py-1 pl-4">loss</th>
              <th className="label py-1 pl-4">accuracy</th>
              <th className="label py-1 pl-4">pass@1</th>
              <th className="label py-1 pl-4">time</th>
              <th className="label py-1 pr-4 pl-4">started</th>
            </tr>
          </thead>
          <tbody>
            {runs.data.slice(0, shown).map((run) => (
              <RunRow key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/** The share of tasks that the tuned model passed, of the first benchmark that has one. */
export function tunedPassRate(run: RunSummary): number | null {
  return run.evaluations.find((entry) => entry.role === 'tuned')?.passAt1 ?? null;
}

function RunRow({ run }: { readonly run: RunSummary }): ReactNode {
  return (
    <tr className="h-9 text-right whitespace-nowrap hover:bg-hover">
      <td className="max-w-0 min-w-28 pl-4 text-left" width="99%">
        <Link href={`/runs/${run.id}`} className="block truncate font-medium hover:underline">
          {run.name}
        </Link>
      </td>
      <td className="pl-4 text-left">
        <StateBadge state={run.status} />
      </td>
      <td className="pl-4">{loss(run.loss)}</td>
      <td className="pl-4">
        <Quantity of={percent(run.tokenAccuracy)} />
      </td>
      <td className="pl-4">
        <Quantity of={percent(tunedPassRate(run))} />
      </td>
      <td className="pl-4 text-ink-soft">{run.seconds === 0 ? '–' : duration(run.seconds)}</td>
      <td className="pr-4 pl-4 text-ink-faint">{moment(run.startedAt ?? run.createdAt)}</td>
    </tr>
  );
}
