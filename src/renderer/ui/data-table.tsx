import {
  type ColumnDef,
  columnVisibilityFeature,
  createSortedRowModel,
  type RowData,
  type RowSelectionState,
  rowSelectionFeature,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { classNames } from './class-names';
import { useRowWindow } from './row-window';

export const dataTableFeatures = tableFeatures({
  rowSortingFeature,
  rowSelectionFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
});

export type DataColumn<Row extends RowData> = ColumnDef<typeof dataTableFeatures, Row, unknown>;

/** A column by value; `undefined` sorts last in both directions. */
export function column<Row extends RowData>(options: {
  readonly id: string;
  readonly title: string;
  readonly value: (row: Row) => string | number | null;
  readonly cell?: (row: Row) => ReactNode;
}): DataColumn<Row> {
  const { id, title, value, cell } = options;
  return {
    id,
    header: title,
    accessorFn: (row) => value(row) ?? undefined,
    sortUndefined: 'last',
    sortFn: (a, b, columnId) => compare(a.getValue(columnId), b.getValue(columnId)),
    cell: (context) => cell?.(context.row.original) ?? String(context.getValue() ?? '–'),
  };
}

const collator = new Intl.Collator('en', { numeric: true });

export function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a ?? ''), String(b ?? ''));
}

interface TableViewState {
  readonly sorting: SortingState;
  readonly visibility: Record<string, boolean>;
  readonly selection: RowSelectionState;
}

/** A sortable table that draws only the rows in sight; the first column is text, the rest numbers. */
export function DataTable<Row extends RowData>({
  label,
  rows,
  columns,
  rowId,
  rowName,
  view,
  onView,
  textColumns = [],
}: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly DataColumn<Row>[];
  readonly rowId: (row: Row) => string;
  readonly rowName: (row: Row) => string;
  readonly view: TableViewState;
  readonly onView: (change: Partial<TableViewState>) => void;
  readonly textColumns?: readonly string[];
}): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const table = useTable({
    features: dataTableFeatures,
    columns: columns as DataColumn<Row>[],
    data: rows as Row[],
    getRowId: rowId,
    enableMultiSort: true,
    enableSortingRemoval: false,
    state: {
      sorting: view.sorting,
      columnVisibility: view.visibility,
      rowSelection: view.selection,
    },
    onSortingChange: (next) =>
      onView({ sorting: typeof next === 'function' ? next(view.sorting) : next }),
    onRowSelectionChange: (next) =>
      onView({ selection: typeof next === 'function' ? next(view.selection) : next }),
  });
  const all = table.getRowModel().rows;
  const { first, last, before, after } = useRowWindow(scroller, all.length);
  const visible = table.getVisibleLeafColumns().length + 1;
  const isText = (id: string, index: number): boolean => index === 0 || textColumns.includes(id);
  return (
    <div ref={scroller} className="card min-h-0 overflow-auto">
      <table className="w-full" aria-label={label} aria-rowcount={all.length}>
        <thead className="sticky top-0 z-10 bg-panel shadow-[0_1px_0_var(--line)]">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className="h-9">
              <th className="w-10 pl-4 text-left">
                <span className="sr-only">chosen</span>
              </th>
              {group.headers.map((header, index) => {
                const sorted = header.column.getIsSorted();
                return (
                  <th
                    key={header.id}
                    scope="col"
                    aria-sort={
                      sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'
                    }
                    className={classNames(
                      'px-2 last:pr-4',
                      isText(header.id, index) ? 'text-left' : 'text-right',
                    )}
                  >
                    <button
                      type="button"
                      onClick={header.column.getToggleSortingHandler()}
                      className={classNames(
                        'label inline-flex items-center gap-1 rounded-sm whitespace-nowrap hover:text-ink',
                        sorted !== false && 'text-ink',
                      )}
                    >
                      <table.FlexRender header={header} />
                      {sorted === 'asc' && <ChevronUp aria-hidden className="size-3" />}
                      {sorted === 'desc' && <ChevronDown aria-hidden className="size-3" />}
                    </button>
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          <Spacer height={before} columns={visible} />
          {all.slice(first, last).map((row) => (
            <tr
              key={row.id}
              className={classNames(
                'h-9 border-b border-line whitespace-nowrap last:border-0 hover:bg-hover',
                row.getIsSelected() && 'bg-accent-soft',
              )}
            >
              <td className="pl-4">
                <input
                  type="checkbox"
                  aria-label={`Choose ${rowName(row.original)}`}
                  checked={row.getIsSelected()}
                  onChange={row.getToggleSelectedHandler()}
                  className="size-3.5 align-middle accent-(--accent-fill)"
                />
              </td>
              {row.getVisibleCells().map((cell, index) => (
                <td
                  key={cell.id}
                  className={classNames(
                    'px-2 last:pr-4',
                    isText(cell.column.id, index) ? 'text-left' : 'text-right',
                  )}
                >
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
          <Spacer height={after} columns={visible} />
        </tbody>
      </table>
    </div>
  );
}

function Spacer({
  height,
  columns,
}: {
  readonly height: number;
  readonly columns: number;
}): ReactNode {
  if (height === 0) return null;
  return (
    <tr aria-hidden style={{ height }}>
      <td colSpan={columns} />
    </tr>
  );
}
