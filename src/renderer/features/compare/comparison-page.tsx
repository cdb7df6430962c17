import type { ComparisonTable } from '@shared/evaluation';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Page } from '../../app/page';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { toLabErrorValue } from '../../ui/error-value';
import { plural } from '../../ui/format';
import { Empty, Waiting } from '../../ui/waiting';
import { useCompareView } from './compare-store';
import { type ComparisonPlace, comparisonPath, fewest, most } from './comparison-path';
import { ComparisonSheet } from './comparison-sheet';
import { RatesChart } from './rates-chart';
import { SubjectsChoice } from './subjects-choice';
import { inBlockOrder, taskBlocks } from './task-blocks';
import { TaskMatrix } from './task-matrix';
import { differingConditions } from './verdict-words';
import { Verdicts } from './verdicts';

/** Several evaluations of one benchmark: who is better, where, and how sure that is. */
export function ComparisonPage(place: ComparisonPlace): ReactNode {
  const { ids, forced = false } = place;
  const { query } = useLab();
  const [, navigate] = useLocation();
  const enough = ids.length >= fewest && ids.length <= most;
  const table = useQuery(
    query.evaluations.compareAll.queryOptions({
      input: { ids: [...ids], force: forced },
      enabled: enough,
      retry: false,
    }),
  );
  const title = `Compare ${plural(ids.length, 'evaluation')}`;
  if (!enough) {
    return (
      <Page title="Compare evaluations">
        <Empty
          title={`Choose ${fewest} to ${most} evaluations of one benchmark.`}
          action={<LeaderboardLink />}
        />
      </Page>
    );
  }
  if (table.isError) {
    const refused = !forced && toLabErrorValue(table.error).code === 'refused';
    return (
      <Page title={title} actions={<LeaderboardLink />}>
        <ErrorCard
          error={table.error}
          actions={
            refused && (
              <Button onClick={() => navigate(comparisonPath({ ...place, forced: true }))}>
                Compare anyway
              </Button>
            )
          }
        />
      </Page>
    );
  }
  if (table.data === undefined) return <Waiting words="Comparing the evaluations" />;
  return <Compared place={place} table={table.data} />;
}

function LeaderboardLink(): ReactNode {
  return (
    <Link href="/leaderboard" className="text-accent hover:underline">
      Choose from the leaderboard
    </Link>
  );
}

function Compared({
  place,
  table,
}: {
  readonly place: ComparisonPlace;
  readonly table: ComparisonTable;
}): ReactNode {
  const { query } = useLab();
  const [, navigate] = useLocation();
  const { ids, taskId = null } = place;
  const view = useCompareView();
  const first = useQuery(query.evaluations.get.queryOptions({ input: { id: ids[0] ?? '' } }));
  const blocks = useMemo(
    () => taskBlocks(table.tasks.filter((task) => task.discordant || !view.onlyDiscordant)),
    [table.tasks, view.onlyDiscordant],
  );
  const everyTask = useMemo(() => inBlockOrder(taskBlocks(table.tasks)), [table.tasks]);
  const shown = inBlockOrder(blocks);
  const go = (change: Partial<ComparisonPlace>): void =>
    navigate(comparisonPath({ ...place, taskId: null, ...change }));
  const open = (next: string | null): void => go({ taskId: next });
  return (
    <Page
      title={`Compare ${plural(table.subjects.length, 'evaluation')}`}
      subtitle={`on ${table.benchmark}, ${plural(table.tasks.length, 'task')} in all of them`}
      actions={<SubjectsChoice table={table} onIds={(next) => go({ ids: next })} />}
    >
      <Forced conditions={differingConditions(table)} />
      <div className="grid items-start gap-4 2xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <Verdicts table={table} />
        <RatesChart
          table={table}
          onBaseline={(id) => go({ ids: [id, ...ids.filter((other) => other !== id)] })}
          onRemove={(id) => go({ ids: ids.filter((other) => other !== id) })}
        />
      </div>
      <TaskMatrix
        table={table}
        blocks={blocks}
        onlyDiscordant={view.onlyDiscordant}
        onOnlyDiscordant={(onlyDiscordant) => view.change({ onlyDiscordant })}
        onOpen={open}
      />
      {taskId !== null && (
        <ComparisonSheet
          table={table}
          // A task that the filter hides can be open from an address.
          tasks={shown.some((task) => task.id === taskId) ? shown : everyTask}
          taskId={taskId}
          language={first.data?.spec.comparability.toolchain ?? ''}
          onTask={open}
        />
      )}
    </Page>
  );
}

/** Says at the top, and for as long as the page is open, that this comparison was insisted on. */
function Forced({ conditions }: { readonly conditions: readonly string[] }): ReactNode {
  if (conditions.length === 0) return null;
  return (
    <section
      aria-label="Compared anyway"
      className="flex gap-3 rounded-lg border border-warning/40 bg-warning-soft p-4"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <div className="min-w-0">
        <p className="font-semibold">Compared although the conditions differ.</p>
        <p className="text-ink-soft">
          What differs below may come from these conditions instead of the subjects:
        </p>
        <ul className="pt-1 font-mono text-xs text-ink-soft">
          {conditions.map((condition) => (
            <li key={condition}>{condition}</li>
          ))}
        </ul>
      </div>
    </section>
  );
}
