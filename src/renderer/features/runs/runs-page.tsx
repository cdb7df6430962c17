import type { JobState } from '@shared/job';
import type { RunSummary } from '@shared/run';
import { useQuery } from '@tanstack/react-query';
import { Columns3 } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { Choice } from '../../ui/choice';
import { DataTable } from '../../ui/data-table';
import { ErrorCard } from '../../ui/error-card';
import { inputClasses } from '../../ui/field';
import { plural } from '../../ui/format';
import { isActive } from '../../ui/job-state';
import { ActionMenu, CheckItem } from '../../ui/menu';
import { Empty, Waiting } from '../../ui/waiting';
import { runColumns, textRunColumns } from './run-columns';
import { useRunsView } from './runs-view-store';

/** Runs whose name, preset, model or corpus contains every word of the search. */
export function filterRuns(
  runs: readonly RunSummary[],
  search: string,
  state: JobState | 'all',
): readonly RunSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && state === 'all') return runs;
  return runs.filter((run) => {
    if (state !== 'all' && run.status !== state) return false;
    const text = `${run.name} ${run.preset} ${run.model} ${run.corpus}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

const states: readonly (JobState | 'all')[] = [
  'all',
  'running',
  'queued',
  'done',
  'stopped',
  'failed',
  'cancelled',
];

/** Every run: sorted, filtered, and chosen to be compared. */
export function RunsPage(): ReactNode {
  const { query } = useLab();
  const [, navigate] = useLocation();
  const view = useRunsView();
  const runs = useQuery(
    query.runs.list.queryOptions({
      refetchInterval: ({ state }: { state: { data: readonly RunSummary[] | undefined } }) =>
        state.data?.some((run) => isActive(run.status)) ? 2000 : false,
    }),
  );
  const shown = useMemo(
    () => filterRuns(runs.data ?? [], view.search, view.state),
    [runs.data, view.search, view.state],
  );
  const chosen = (runs.data ?? []).filter((run) => view.selection[run.id] === true);
  return (
    <div className="mx-auto flex h-full w-full max-w-[160rem] flex-col gap-3 px-4 py-4 xl:px-6 xl:py-5">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="mr-4 text-xl font-semibold tracking-tight">Runs</h1>
        <input
          type="search"
          aria-label="Search runs"
          placeholder="name, preset, model, corpus"
          value={view.search}
          onChange={(event) => view.change({ search: event.target.value })}
          className={`${inputClasses} w-64!`}
        />
        <Choice
          label="State"
          value={view.state}
          options={states.map((state) => ({
            value: state,
            title: state === 'all' ? 'every state' : state,
          }))}
          onChange={(state) => view.change({ state: state as JobState | 'all' })}
        />
        <span role="status" className="text-xs text-ink-faint">
          {runs.data === undefined ? '' : plural(shown.length, 'run')}
        </span>
        <div className="ml-auto flex gap-2">
          <Button
            look={chosen.length > 1 ? 'primary' : 'secondary'}
            disabled={chosen.length < 2}
            onClick={() => navigate(`/compare/${chosen.map((run) => run.id).join(',')}`)}
          >
            {chosen.length < 2 ? 'Choose runs to compare' : `Compare ${chosen.length} runs`}
          </Button>
          <ActionMenu
            trigger={
              <Button>
                <Columns3 aria-hidden className="size-3.5" /> Columns
              </Button>
            }
          >
            {runColumns.slice(1).map((entry) => (
              <CheckItem
                key={entry.id}
                checked={view.visibility[entry.id ?? ''] !== false}
                onChange={(checked) =>
                  view.change({ visibility: { ...view.visibility, [entry.id ?? '']: checked } })
                }
              >
                {String(entry.header)}
              </CheckItem>
            ))}
          </ActionMenu>
        </div>
      </header>
      {runs.isError ? (
        <ErrorCard error={runs.error} />
      ) : runs.data === undefined ? (
        <Waiting words="Reading the history" />
      ) : runs.data.length === 0 ? (
        <Empty
          title="No run yet."
          action={
            <Link href="/" className="text-accent underline">
              Train a preset
            </Link>
          }
        >
          Every training is kept here with its curves, its specification and its evaluations.
        </Empty>
      ) : shown.length === 0 ? (
        <Empty
          title="No run fits this filter."
          action={
            <Button onClick={() => view.change({ search: '', state: 'all' })}>
              Show every run
            </Button>
          }
        />
      ) : (
        <DataTable
          label="Runs"
          rows={shown}
          columns={runColumns}
          rowId={(run) => run.id}
          rowName={(run) => run.name}
          view={view}
          onView={view.change}
          textColumns={textRunColumns}
        />
      )}
    </div>
  );
}
