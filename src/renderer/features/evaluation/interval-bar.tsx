import type { ReactNode } from 'react';
import { percent, plain } from '../../ui/format';

export interface IntervalMark {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Number of the series colour, from 1. */
  readonly colour: number;
  readonly name: string;
}

/** `82.5 %, 95 % interval 74.7 to 88.3 %`. */
export function intervalWords(mark: IntervalMark): string {
  if (mark.value === null || mark.low === null || mark.high === null) return `${mark.name}: none`;
  return `${mark.name}: ${plain(percent(mark.value))}, 95 % interval ${percent(mark.low).value} to ${plain(percent(mark.high))}`;
}

/** Shares with their intervals on one scale from 0 to 100 %, one line each. */
export function IntervalBar({ marks }: { readonly marks: readonly IntervalMark[] }): ReactNode {
  return (
    <div
      role="img"
      aria-label={marks.map(intervalWords).join('; ')}
      title={marks.map(intervalWords).join('\n')}
      className="relative flex h-full w-full flex-col justify-evenly"
    >
      {[0, 25, 50, 75, 100].map((tick) => (
        <span
          key={tick}
          aria-hidden
          className="absolute inset-y-0 w-px bg-line"
          style={{ left: `${tick}%` }}
        />
      ))}
      {marks.map((mark) => (
        <div key={mark.name} className="relative h-2.5">
          {mark.value !== null && mark.low !== null && mark.high !== null && (
            <>
              <span
                className="absolute top-1/2 h-1.5 -translate-y-1/2 rounded-full opacity-40"
                style={{
                  left: `${mark.low * 100}%`,
                  width: `${Math.max(0.5, (mark.high - mark.low) * 100)}%`,
                  background: `var(--series-${mark.colour})`,
                }}
              />
              <span
                className="absolute top-1/2 h-2.5 w-1 -translate-x-1/2 -translate-y-1/2 rounded-full"
                style={{
                  left: `${mark.value * 100}%`,
                  background: `var(--series-${mark.colour})`,
                }}
              />
            </>
          )}
        </div>
      ))}
    </div>
  );
}
