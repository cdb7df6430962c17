import type { EvaluationSummary } from '@shared/evaluation';
import type { ReactNode } from 'react';
import { integer, percent, plain } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Quantity } from '../../ui/quantity';

type Rounds = NonNullable<EvaluationSummary['rounds']>;

/** What an agent's further rounds gain: the pass rate had it ended with each of them. */
export function RoundsPanel({ rounds }: { readonly rounds: Rounds }): ReactNode {
  return (
    <Panel
      title="Pass by round"
      note="had every sample ended with this round"
      bodyClassName="px-4 py-3"
    >
      <RoundsChart rounds={rounds} />
      <table className="mt-2 w-full">
        <thead>
          <tr className="text-right">
            <th scope="col" className="label py-1 text-left">
              round
            </th>
            <th scope="col" className="label py-1 pl-4">
              answered in it
            </th>
            <th scope="col" className="label py-1 pl-4">
              passed
            </th>
            <th scope="col" className="label py-1 pl-4">
              95 % interval
            </th>
          </tr>
        </thead>
        <tbody>
          {rounds.map(({ round, asked, passed }) => (
            <tr key={round} className="h-8 border-t border-line text-right">
              <th scope="row" className="text-left font-medium">
                {integer(round)}
              </th>
              <td className="pl-4">{integer(asked)}</td>
              <td className="pl-4 whitespace-nowrap">
                <span className="font-semibold text-series-1">
                  <Quantity of={percent(passed.rate)} />
                </span>{' '}
                <span className="text-xs text-ink-faint">
                  {integer(passed.passed)} of {integer(passed.total)}
                </span>
              </td>
              <td className="pl-4 whitespace-nowrap text-ink-soft">
                {passed.low === null ? '–' : `${percent(passed.low).value} to `}
                {passed.high !== null && <Quantity of={percent(passed.high)} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

const height = 132;
const top = 18;
const bottom = 22;

/** Tens of percent that hold every interval: the gain by round is small beside the whole scale. */
function scaleOf(rounds: Rounds): { readonly low: number; readonly high: number } {
  const lows = rounds.map(({ passed }) => passed.low ?? passed.rate ?? 0);
  const highs = rounds.map(({ passed }) => passed.high ?? passed.rate ?? 1);
  const low = Math.floor(Math.min(...lows) * 10) / 10;
  return { low, high: Math.max(low + 0.1, Math.ceil(Math.max(...highs) * 10) / 10) };
}

/** Pass rate over rounds as points with their intervals on a line; the table says the same. */
function RoundsChart({ rounds }: { readonly rounds: Rounds }): ReactNode {
  const { low, high } = scaleOf(rounds);
  const x = (index: number): string => `${((index + 0.5) / rounds.length) * 100}%`;
  const y = (share: number): number =>
    top + ((high - share) / (high - low)) * (height - top - bottom);
  const words = rounds
    .map(({ round, passed }) => `round ${round}: ${plain(percent(passed.rate))}`)
    .join(', ');
  return (
    <svg role="img" aria-label={`Pass rate by round. ${words}`} className="w-full" height={height}>
      {[low, (low + high) / 2, high].map((share) => (
        <g key={share} aria-hidden>
          <line x1="0" x2="100%" y1={y(share)} y2={y(share)} stroke="var(--line)" />
          <text x="0" y={y(share) - 3} className="fill-(--ink-faint) text-2xs">
            {plain(percent(share, 0))}
          </text>
        </g>
      ))}
      {rounds.slice(1).map(({ round, passed }, index) => {
        const before = rounds[index]?.passed.rate ?? null;
        if (before === null || passed.rate === null) return null;
        return (
          <line
            key={round}
            x1={x(index)}
            x2={x(index + 1)}
            y1={y(before)}
            y2={y(passed.rate)}
            stroke="var(--series-1)"
            strokeWidth="2"
          />
        );
      })}
      {rounds.map(({ round, passed }, index) => (
        <g key={round}>
          {passed.low !== null && passed.high !== null && (
            <line
              x1={x(index)}
              x2={x(index)}
              y1={y(passed.low)}
              y2={y(passed.high)}
              stroke="var(--series-1)"
              strokeWidth="5"
              strokeLinecap="round"
              opacity="0.35"
            />
          )}
          {passed.rate !== null && (
            <circle
              cx={x(index)}
              cy={y(passed.rate)}
              r="4.5"
              fill="var(--series-1)"
              stroke="var(--panel)"
              strokeWidth="1.5"
            />
          )}
          <text
            x={x(index)}
            y={height - 4}
            textAnchor="middle"
            className="fill-(--ink-faint) text-2xs"
          >
            {round}
          </text>
        </g>
      ))}
    </svg>
  );
}
