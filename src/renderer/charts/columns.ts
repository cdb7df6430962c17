/** From a buffer to the columns that the chart library draws. */
import type { MetricName } from '@shared/metrics';
import type { MetricBuffer } from './metric-buffer';
import { smooth } from './smoothing';

export type PlotColumn = Float64Array | (number | null | undefined)[];
export type XKind = 'step' | 'tokens' | 'time';

/** NaN becomes `null`, a gap; on a log scale so does what has no logarithm. Copies only if it must. */
export function withGaps(values: Float64Array, log = false): PlotColumn {
  let clean = true;
  for (const value of values) {
    if (Number.isNaN(value) || (log && value <= 0)) {
      clean = false;
      break;
    }
  }
  if (clean) return values;
  return Array.from(values, (value) => (Number.isNaN(value) || (log && value <= 0) ? null : value));
}

/** Positions of the buckets: steps, target tokens, or seconds since `origin` (milliseconds). */
export function xColumn(buffer: MetricBuffer, kind: XKind, origin: number): Float64Array {
  const { count } = buffer;
  switch (kind) {
    case 'step':
      return buffer.step.subarray(0, count);
    case 'tokens':
      return buffer.tokens.subarray(0, count);
    case 'time':
      return buffer.time.subarray(0, count).map((time) => (time - origin) / 1000);
  }
}

export interface MetricColumns {
  readonly low: PlotColumn;
  readonly high: PlotColumn;
  readonly mean: PlotColumn;
  readonly smoothed: PlotColumn;
}

/** The four lines of one metric: its least and greatest values, the raw mean, the smoothed mean. */
export function metricColumns(
  buffer: MetricBuffer,
  name: MetricName,
  options: { readonly smoothing: number; readonly log: boolean },
): MetricColumns {
  const mean = buffer.column(name, 'mean');
  const steps = buffer.step.subarray(0, buffer.count);
  return {
    low: withGaps(buffer.column(name, 'low'), options.log),
    high: withGaps(buffer.column(name, 'high'), options.log),
    mean: withGaps(mean, options.log),
    smoothed: withGaps(
      options.smoothing === 0 ? mean : smooth(mean, options.smoothing, steps),
      options.log,
    ),
  };
}

/** Validation values at the buckets that hold their steps; everywhere else nothing. */
export function validationColumn(
  buffer: MetricBuffer,
  name: 'loss' | 'tokenAccuracy',
): (number | null | undefined)[] {
  const column = new Array<number | null | undefined>(buffer.count).fill(undefined);
  const first = buffer.step[0] ?? 0;
  const last = buffer.step[buffer.count - 1] ?? 0;
  for (const entry of buffer.validation) {
    if (entry.step > last || entry.step < first - buffer.stepsPerBucket) continue;
    const index = buffer.indexOfStep(entry.step);
    if (index >= 0) column[index] = entry[name];
  }
  return column;
}

/** Index of the value nearest to `wanted` in an ascending column. */
export function nearest(column: Float64Array, wanted: number): number {
  let low = 0;
  let high = column.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((column[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  const before = column[low - 1];
  return before !== undefined && wanted - before < (column[low] ?? 0) - wanted ? low - 1 : low;
}
