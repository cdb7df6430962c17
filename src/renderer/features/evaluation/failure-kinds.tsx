import type { ReactNode } from 'react';
import { integer } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Empty } from '../../ui/waiting';
import { type Cell, failureCounts, failureWords } from './cells';

/** Why tasks fail, counted, beside the rival's counts. */
export function FailureKinds({
  cells,
  rivalCells,
}: {
  readonly cells: readonly Cell[];
  readonly rivalCells: readonly Cell[] | null;
}): ReactNode {
  const own = failureCounts(cells);
  const other = rivalCells === null ? new Map<string, number>() : failureCounts(rivalCells);
  const kinds = [...new Set([...own.keys(), ...other.keys()])];
  const most = Math.max(1, ...own.values(), ...other.values());
  return (
    <Panel title="Failures" note="the first stage that did not pass" bodyClassName="px-4 py-3">
      {kinds.length === 0 ? (
        <Empty title="Nothing failed." />
      ) : (
        <table className="w-full">
          <thead className="sr-only">
            <tr>
              <th>kind</th>
              <th>share</th>
              <th>this</th>
              {rivalCells !== null && <th>rival</th>}
            </tr>
          </thead>
          <tbody>
            {kinds.map((kind) => (
              <tr key={kind} className="h-8">
                <th scope="row" className="pr-4 text-left font-normal whitespace-nowrap">
                  {failureWords(kind)}
                </th>
                <td className="w-full">
                  <Bar count={own.get(kind) ?? 0} most={most} colour={1} />
                  {rivalCells !== null && (
                    <Bar count={other.get(kind) ?? 0} most={most} colour={2} />
                  )}
                </td>
                <td className="pl-4 text-right font-semibold text-series-1">
                  {integer(own.get(kind) ?? 0)}
                </td>
                {rivalCells !== null && (
                  <td className="pl-4 text-right font-semibold text-series-2">
                    {integer(other.get(kind) ?? 0)}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Bar({
  count,
  most,
  colour,
}: {
  readonly count: number;
  readonly most: number;
  readonly colour: number;
}): ReactNode {
  return (
    <div
      aria-hidden
      className="my-0.5 h-1.5 rounded-full"
      style={{
        width: `${(100 * count) / most}%`,
        background: `var(--series-${colour})`,
      }}
    />
  );
}
