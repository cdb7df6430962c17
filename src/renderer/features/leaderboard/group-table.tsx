import { type ReactNode, useId, useMemo } from 'react';
import { DataTable } from '../../ui/data-table';
import { plural } from '../../ui/format';
import { leaderboardColumns, textColumns } from './leaderboard-columns';
import type { LeaderboardGroup } from './leaderboard-groups';
import { useLeaderboardView } from './leaderboard-store';

/** The evaluations that were made under equal conditions, and can be compared as they are. */
export function GroupTable({
  group,
  alone,
}: {
  readonly group: LeaderboardGroup;
  /** No other group is below; then the table may take all of the page's height. */
  readonly alone: boolean;
}): ReactNode {
  const id = useId();
  const view = useLeaderboardView();
  const columns = useMemo(() => leaderboardColumns(group.rows), [group.rows]);
  return (
    <section
      aria-labelledby={id}
      className={alone ? 'flex min-h-0 flex-col gap-1.5' : 'flex flex-col gap-1.5 pb-3'}
    >
      <header className="flex flex-wrap items-baseline gap-x-3 px-1">
        <h2 id={id} className="text-base font-semibold">
          {group.title}
        </h2>
        <span className="text-xs text-ink-faint">
          {[group.note, plural(group.rows.length, 'evaluation')].filter(Boolean).join(', ')}
        </span>
      </header>
      <div className={alone ? 'flex min-h-0 flex-col' : 'flex max-h-[70vh] flex-col'}>
        <DataTable
          label={group.title}
          rows={group.rows}
          columns={columns}
          rowId={(row) => row.item.id}
          rowName={(row) => row.item.subject}
          view={view}
          onView={view.change}
          textColumns={textColumns}
        />
      </div>
    </section>
  );
}
