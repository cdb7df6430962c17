import type { EvaluationListItem } from '@shared/rpc/evaluations';
import { Columns3, Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { download, fileName } from '../../charts/export';
import { Button, IconButton } from '../../ui/button';
import { inputClasses } from '../../ui/field';
import { plural } from '../../ui/format';
import { ActionMenu, CheckItem } from '../../ui/menu';
import { Segmented } from '../../ui/segmented';
import { comparisonPath, fewest, most } from '../compare/comparison-path';
import { EvaluateButton } from '../subjects/evaluate-button';
import { optionalColumns } from './leaderboard-columns';
import { leaderboardCsv } from './leaderboard-csv';
import type { LeaderboardGroup } from './leaderboard-groups';
import { useLeaderboardView } from './leaderboard-store';

/** Which benchmark, which of its subjects, and what can be done with those that are chosen. */
export function LeaderboardHeader({
  benchmark,
  benchmarks,
  items,
  groups,
}: {
  readonly benchmark: string | null;
  readonly benchmarks: readonly string[];
  readonly items: readonly EvaluationListItem[];
  readonly groups: readonly LeaderboardGroup[];
}): ReactNode {
  const [, navigate] = useLocation();
  const view = useLeaderboardView();
  // The best of the chosen ones comes first and is what the others are measured against.
  const chosen = items
    .filter((item) => view.selection[item.id] === true && item.summary !== null)
    .sort((a, b) => (b.summary?.passAt1.value ?? 0) - (a.summary?.passAt1.value ?? 0));
  const possible = chosen.length >= fewest && chosen.length <= most;
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="text-xl font-semibold tracking-tight">Leaderboard</h1>
      {benchmarks.length > 1 && benchmark !== null && (
        <Segmented
          label="Benchmark"
          value={benchmark}
          options={benchmarks.map((name) => ({ value: name, title: name }))}
          onChange={(next) => {
            view.change({ benchmark: next, selection: {}, search: '' });
            navigate('/leaderboard');
          }}
        />
      )}
      {items.length > 0 && (
        <>
          <input
            type="search"
            aria-label="Search subjects"
            placeholder="subject"
            value={view.search}
            onChange={(event) => view.change({ search: event.target.value })}
            className={`${inputClasses} w-44!`}
          />
          <span role="status" className="text-xs text-ink-faint">
            {benchmarks.length === 1 && `${benchmark}: `}
            {plural(items.length, 'evaluation')}
            {groups.length > 1 && ` under ${groups.length} different conditions`}
          </span>
          <div className="ml-auto flex gap-2">
            <EvaluateButton
              origin={{ subject: null, ...(benchmark === null ? {} : { benchmark }) }}
            />
            <IconButton
              name="Save as CSV"
              look="secondary"
              onClick={() =>
                download(
                  fileName(`leaderboard ${benchmark ?? ''}`, 'csv'),
                  new Blob([leaderboardCsv(benchmark ?? '', groups)], { type: 'text/csv' }),
                )
              }
            >
              <Download aria-hidden className="size-3.5" />
            </IconButton>
            <ActionMenu
              trigger={
                <Button>
                  <Columns3 aria-hidden className="size-3.5" /> Columns
                </Button>
              }
            >
              {optionalColumns.map(([id, title]) => (
                <CheckItem
                  key={id}
                  checked={view.visibility[id] !== false}
                  onChange={(checked) =>
                    view.change({ visibility: { ...view.visibility, [id]: checked } })
                  }
                >
                  {title}
                </CheckItem>
              ))}
            </ActionMenu>
            <Button
              look={possible ? 'primary' : 'secondary'}
              disabled={!possible}
              onClick={() => navigate(comparisonPath({ ids: chosen.map((item) => item.id) }))}
            >
              {chosen.length < fewest
                ? 'Choose two or more to compare'
                : chosen.length > most
                  ? `Compare at most ${most}`
                  : `Compare ${chosen.length}`}
            </Button>
          </div>
        </>
      )}
    </header>
  );
}
