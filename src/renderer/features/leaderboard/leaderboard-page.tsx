import type { EvaluationListItem } from '@shared/rpc/evaluations';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { DataTable } from '../../ui/data-table';
import { ErrorCard } from '../../ui/error-card';
import { plural } from '../../ui/format';
import { isOpen } from '../../ui/job-state';
import { Segmented } from '../../ui/segmented';
import { Empty, Waiting } from '../../ui/waiting';
import { useRivals } from '../evaluation/rival-store';
import { leaderboardColumns } from './leaderboard-columns';
import { useLeaderboardView } from './leaderboard-store';

/** Every evaluation of one benchmark, best first. */
export function LeaderboardPage(): ReactNode {
  const { query } = useLab();
  const [, navigate] = useLocation();
  const view = useLeaderboardView();
  const chooseRival = useRivals((state) => state.choose);
  const evaluations = useQuery(
    query.evaluations.list.queryOptions({
      refetchInterval: ({
        state,
      }: {
        state: { data: readonly EvaluationListItem[] | undefined };
      }) => (state.data?.some((item) => isOpen(item.status)) ? 2000 : false),
    }),
  );
  const benchmarks = useMemo(
    () => [...new Set((evaluations.data ?? []).map((item) => item.benchmark))].sort(),
    [evaluations.data],
  );
  const benchmark =
    view.benchmark !== null && benchmarks.includes(view.benchmark)
      ? view.benchmark
      : (benchmarks[0] ?? null);
  const rows = useMemo(
    () => (evaluations.data ?? []).filter((item) => item.benchmark === benchmark),
    [evaluations.data, benchmark],
  );
  const keys = new Set(rows.filter((row) => row.summary !== null).map((row) => row.key));
  const columns = useMemo(() => leaderboardColumns(rows), [rows]);
  const chosen = rows.filter((row) => view.selection[row.id] === true);
  const [a, b] = chosen;
  return (
    <div className="mx-auto flex h-full w-full max-w-[160rem] flex-col gap-3 px-4 py-4 xl:px-6 xl:py-5">
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="text-xl font-semibold tracking-tight">Leaderboard</h1>
        {benchmarks.length > 1 && benchmark !== null && (
          <Segmented
            label="Benchmark"
            value={benchmark}
            options={benchmarks.map((name) => ({ value: name, title: name }))}
            onChange={(next) => view.change({ benchmark: next, selection: {} })}
          />
        )}
        <span className="text-xs text-ink-faint">
          {rows.length === 0
            ? ''
            : `${benchmark}: ${plural(rows.length, 'evaluation')}${
                keys.size > 1
                  ? `, made under ${keys.size} different conditions: compare within one`
                  : ''
              }`}
        </span>
        <Button
          className="ml-auto"
          look={chosen.length === 2 ? 'primary' : 'secondary'}
          disabled={chosen.length !== 2}
          onClick={() => {
            if (a === undefined || b === undefined) return;
            chooseRival(a.id, b.id);
            navigate(`/evaluations/${a.id}`);
          }}
        >
          {chosen.length === 2 ? 'Compare these two' : 'Choose two to compare'}
        </Button>
      </header>
      {evaluations.isError ? (
        <ErrorCard error={evaluations.error} />
      ) : evaluations.data === undefined ? (
        <Waiting words="Reading the evaluations" />
      ) : rows.length === 0 ? (
        <Empty
          title="No evaluation yet."
          action={
            <Link href="/" className="text-accent underline">
              Train a preset
            </Link>
          }
        >
          A training queues its evaluations by itself: the base model and the tuned one on the same
          tasks.
        </Empty>
      ) : (
        <DataTable
          label="Leaderboard"
          rows={rows}
          columns={columns}
          rowId={(row) => row.id}
          rowName={(row) => row.subject}
          view={view}
          onView={view.change}
          textColumns={['state', 'conditions', 'interval']}
        />
      )}
    </div>
  );
}
