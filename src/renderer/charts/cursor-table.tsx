import { type ReactNode, useEffect, useState } from 'react';
import { integer } from '../ui/format';
import { nearest, xColumn } from './columns';
import type { CursorPosition } from './cursor-position';
import type { MetricBuffer } from './metric-buffer';
import type { MetricFeed } from './metric-feed';
import type { ChartOptions } from './pane-data';
import { type PaneSeries, panes } from './pane-definitions';

interface ValueColumn {
  readonly key: string;
  readonly title: string;
  readonly series: PaneSeries;
  readonly validation: 'loss' | 'tokenAccuracy' | null;
}

/** Short, so that the whole table fits beside the details. */
const titles: Readonly<Record<string, string>> = {
  loss: 'loss',
  tokenAccuracy: 'accuracy',
  learningRate: 'rate',
  gradNorm: 'norm',
  tokensPerSecond: 'tokens/s',
  peakMemoryBytes: 'peak mem.',
};

/** One column a curve, in the order of the panes. */
const columns: readonly ValueColumn[] = panes.flatMap((pane) => {
  const [first] = pane.series;
  const own = pane.series.map((series) => ({
    key: series.metric,
    title: titles[series.metric] ?? series.title,
    series,
    validation: null,
  }));
  return pane.validation === null || first === undefined
    ? own
    : [
        ...own,
        {
          key: `validation ${pane.id}`,
          title: pane.id === 'loss' ? 'val. loss' : 'val. acc.',
          series: first,
          validation: pane.validation,
        },
      ];
});

/** The last validation at or before a step. */
export function validationAt(
  buffer: MetricBuffer,
  step: number,
  name: 'loss' | 'tokenAccuracy',
): number | null {
  let found: number | null = null;
  for (const entry of buffer.validation) if (entry.step <= step) found = entry[name];
  return found;
}

/** Draws again when the crosshair moved or one of the feeds has news, once a frame. */
function useCursor(cursor: CursorPosition, feeds: readonly MetricFeed[]): number | null {
  const [x, setX] = useState<number | null>(null);
  const [, redraw] = useState(0);
  useEffect(() => {
    let frame = 0;
    const stop = cursor.listen((next) => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setX(next));
    });
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [cursor]);
  useEffect(() => {
    const stops = feeds.map((feed) => feed.onFrame(() => redraw((old) => old + 1)));
    return () => {
      for (const stop of stops) stop();
    };
  }, [feeds]);
  return x;
}

/** All values at the crosshair, or at the last step when there is none; one line a run. */
export function CursorTable({
  cursor,
  feeds,
  names,
  options,
}: {
  readonly cursor: CursorPosition;
  readonly feeds: readonly MetricFeed[];
  readonly names: readonly string[];
  readonly options: ChartOptions;
}): ReactNode {
  const x = useCursor(cursor, feeds);
  const [own] = feeds;
  const indexOf = (feed: MetricFeed): number =>
    x === null ? feed.buffer.count - 1 : nearest(xColumn(feed.buffer, options.x, feed.origin), x);
  if (own === undefined) return null;
  const { buffer } = own;
  const index = indexOf(own);
  const step = buffer.step[index];
  const lines = feeds.map((feed, at) => ({
    key: `mean ${at}`,
    title: feeds.length > 1 ? (names[at] ?? '') : 'value',
    colour: feeds.length > 1 ? overlayColour(at) : null,
    feed,
    part: 'mean' as 'low' | 'mean' | 'high',
  }));
  if (buffer.stepsPerBucket > 1) {
    lines.push(
      { key: 'low', title: 'least', colour: null, feed: own, part: 'low' },
      { key: 'high', title: 'greatest', colour: null, feed: own, part: 'high' },
    );
  }
  return (
    <section aria-label="Values at the cursor" className="overflow-x-auto px-4 py-2">
      <table className="w-full text-xs whitespace-nowrap">
        <caption className="pb-0.5 text-left font-medium text-ink-faint">
          {step === undefined
            ? 'no step yet'
            : `${x === null ? 'last step' : 'step'} ${integer(step)}, epoch ${(buffer.epoch[index] ?? 0).toFixed(2)}`}
        </caption>
        <thead>
          <tr className="text-right text-ink-faint">
            <td className="py-1" />
            {columns.map((column) => (
              <th key={column.key} scope="col" className="py-1 pl-3 font-normal">
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ key, title, colour, feed, part }) => {
            const at = indexOf(feed);
            return (
              <tr key={key} className="border-t border-line text-right">
                <th
                  scope="row"
                  className="max-w-48 truncate py-1 text-left font-normal text-ink-soft"
                >
                  {colour !== null && (
                    <span
                      aria-hidden
                      className="mr-2 inline-block size-2 rounded-full"
                      style={{ background: `var(--series-${colour})` }}
                    />
                  )}
                  {title}
                </th>
                {columns.map(({ key: columnKey, series, validation }) => {
                  const value =
                    validation === null
                      ? feed.buffer.value(series.metric, part, at)
                      : part === 'mean'
                        ? validationAt(feed.buffer, feed.buffer.step[at] ?? 0, validation)
                        : null;
                  return (
                    <td key={columnKey} className="py-1 pl-3 font-medium">
                      {series.format(value)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The number of a run's colour: the first run has 1, the runs over it go on from 3. */
export function overlayColour(position: number): number {
  return position === 0 ? 1 : position + 2;
}
