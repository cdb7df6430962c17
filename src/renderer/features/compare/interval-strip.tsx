import type { ReactNode } from 'react';
import { seriesDash, seriesInk } from '../evaluation/subject-series';

const middle = 8;

/** One rate with its interval on a scale from 0 to 100 %; the dash tells subjects apart as well. */
export function IntervalStrip({
  value,
  low,
  high,
  index,
  reference,
  label,
}: {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The subject's place, which decides its colour and dash. */
  readonly index: number;
  /** The rate of what it is measured against. */
  readonly reference: number | null;
  readonly label: string;
}): ReactNode {
  const at = (share: number): string => `${share * 100}%`;
  const ink = seriesInk(index);
  return (
    <svg role="img" aria-label={label} className="block h-4 w-full overflow-visible">
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <line key={share} x1={at(share)} x2={at(share)} y1="2" y2="14" stroke="var(--line)" />
      ))}
      {reference !== null && (
        <line
          {...{ x1: at(reference), x2: at(reference), y1: -2, y2: 18 }}
          stroke="var(--ink-faint)"
          strokeDasharray="2 2"
        />
      )}
      {low !== null && high !== null && (
        <>
          <line
            {...{ x1: at(low), x2: at(high), y1: middle, y2: middle, stroke: ink }}
            strokeWidth="2.5"
            strokeDasharray={seriesDash(index)}
          />
          {[low, high].map((end, side) => (
            <line
              key={side === 0 ? 'low' : 'high'}
              {...{ x1: at(end), x2: at(end), y1: middle - 4, y2: middle + 4, stroke: ink }}
              strokeWidth="1.5"
            />
          ))}
        </>
      )}
      {value !== null && (
        <circle cx={at(value)} cy={middle} r="4.5" fill={ink} stroke="var(--panel)" />
      )}
    </svg>
  );
}
