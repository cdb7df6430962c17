import type { EvaluationListItem } from '@shared/rpc/evaluations';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { classNames } from '../../ui/class-names';
import { ErrorCard } from '../../ui/error-card';
import { isOpen } from '../../ui/job-state';
import { Empty, Waiting } from '../../ui/waiting';
import { EvaluateButton } from '../subjects/evaluate-button';
import { GroupTable } from './group-table';
import { leaderboardGroups, searchRows } from './leaderboard-groups';
import { LeaderboardHeader } from './leaderboard-header';
import { useLeaderboardView } from './leaderboard-store';

/** Every evaluation of one benchmark, by conditions, best first. */
export function LeaderboardPage({
  benchmark: asked,
}: {
  readonly benchmark: string | null;
}): ReactNode {
  const { query } = useLab();
  const view = useLeaderboardView();
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
    [asked, view.benchmark].find((name) => name !== null && benchmarks.includes(name)) ??
    newest(evaluations.data ?? [])?.benchmark ??
    null;
  const items = useMemo(
    () => (evaluations.data ?? []).filter((item) => item.benchmark === benchmark),
    [evaluations.data, benchmark],
  );
  const board = useBoard(benchmark, items);
  const all = useMemo(() => leaderboardGroups(board.data ?? null, items), [board.data, items]);
  const groups = all
    .map((group) => ({ ...group, rows: searchRows(group.rows, view.search) }))
    .filter((group) => group.rows.length > 0);
  return (
    <div
      className={classNames(
        'mx-auto flex w-full max-w-[160rem] flex-col gap-3 px-4 py-4 xl:px-6 xl:py-5',
        all.length > 1 ? 'min-h-full' : 'h-full',
      )}
    >
      <LeaderboardHeader {...{ benchmark, benchmarks, items, groups }} />
      {evaluations.isError ? (
        <ErrorCard error={evaluations.error} />
      ) : evaluations.data === undefined || board.isLoading ? (
        <Waiting words="Reading the evaluations" />
      ) : items.length === 0 ? (
        <Empty
          title="No evaluation yet."
          action={
            <div className="flex flex-wrap items-center justify-center gap-4">
              <EvaluateButton look="primary" />
              <Link href="/" className="text-accent underline">
                Train a preset
              </Link>
            </div>
          }
        >
          A training queues its evaluations by itself: the base model and the tuned one on the same
          tasks.
        </Empty>
      ) : (
        <>
          {board.isError && <ErrorCard error={board.error} />}
          {groups.length === 0 && <Empty title="No subject is called that." />}
          {groups.map((group) => (
            <GroupTable key={group.key} group={group} alone={all.length === 1} />
          ))}
        </>
      )}
    </div>
  );
}

/** What was evaluated last, of which somebody most likely wants to see the result. */
function newest(items: readonly EvaluationListItem[]): EvaluationListItem | undefined {
  return [...items].sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
}

/** The ranks, computed again when another evaluation is finished and not while one goes on. */
function useBoard(benchmark: string | null, items: readonly EvaluationListItem[]) {
  const { query, queryClient } = useLab();
  const finished = items
    .filter((item) => item.summary !== null)
    .map((item) => item.id)
    .join();
  const board = useQuery(
    query.evaluations.leaderboard.queryOptions({
      input: { benchmark: benchmark ?? '' },
      // The lab refuses to rank nothing.
      enabled: benchmark !== null && finished !== '',
    }),
  );
  const known = board.data?.groups
    .flatMap((group) => group.entries.map((entry) => entry.id))
    .sort()
    .join();
  const stale = known !== undefined && known !== finished.split(',').filter(Boolean).sort().join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for every new list of the finished
  useEffect(() => {
    if (stale)
      void queryClient.invalidateQueries({ queryKey: query.evaluations.leaderboard.key() });
  }, [finished, stale]);
  return board;
}
