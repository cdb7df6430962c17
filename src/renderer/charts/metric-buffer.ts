/**
 * Training curves in typed arrays that grow. Missing and non-finite values are NaN inside and
 * become `null` only where the chart library needs a gap.
 */
import { type MetricName, type MetricWindow, metricNames } from '@shared/metrics';

type Part = 'low' | 'mean' | 'high';
type SeriesColumns = Record<Part, Float64Array>;
export type MetricValidation = MetricWindow['validation'][number];
export type MetricMarker = MetricWindow['markers'][number];

const parts: readonly Part[] = ['low', 'mean', 'high'];

export class MetricBuffer {
  count = 0;
  /** Steps in the coarsest bucket that is held. */
  stepsPerBucket = 1;
  /** First and last step of the whole run, not of what is held. */
  firstStep = 0;
  lastStep = 0;
  step = new Float64Array(0);
  epoch = new Float64Array(0);
  tokens = new Float64Array(0);
  time = new Float64Array(0);
  validation: readonly MetricValidation[] = [];
  markers: readonly MetricMarker[] = [];
  private capacity = 0;
  /** Buckets before this index hold several steps, those after it one each. */
  private fineFrom = 0;
  private readonly series = new Map<MetricName, SeriesColumns>();

  constructor() {
    for (const name of metricNames) {
      this.series.set(name, {
        low: new Float64Array(0),
        mean: new Float64Array(0),
        high: new Float64Array(0),
      });
    }
  }

  /** The held values of one column; a view, valid until the next change. */
  column(name: MetricName, part: Part): Float64Array {
    const columns = this.series.get(name);
    return (columns?.[part] ?? new Float64Array(0)).subarray(0, this.count);
  }

  value(name: MetricName, part: Part, index: number): number | null {
    const value = this.column(name, part)[index];
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  /** Index of the bucket that holds `step`, or of the nearest one; -1 when empty. */
  indexOfStep(step: number): number {
    if (this.count === 0) return -1;
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.step[middle] ?? 0) < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes a window in place of everything held. */
  replace(window: MetricWindow): void {
    this.count = 0;
    this.validation = [];
    this.markers = [];
    this.stepsPerBucket = window.stepsPerBucket;
    this.append(window, 0);
    this.fineFrom = window.stepsPerBucket === 1 ? 0 : this.count;
  }

  /**
   * Takes a window of single steps over what is held from its first step on; earlier values stay.
   * A bucket of several steps stays whole: steps that it already holds are skipped.
   */
  merge(window: MetricWindow): void {
    const first = window.step[0] ?? Number.POSITIVE_INFINITY;
    while (this.count > this.fineFrom && (this.step[this.count - 1] ?? 0) >= first) this.count -= 1;
    const held = this.step[this.count - 1] ?? 0;
    const skip = this.count === 0 ? 0 : window.step.filter((step) => step <= held).length;
    this.append(window, skip);
  }

  private append(window: MetricWindow, skip: number): void {
    const start = this.count;
    const size = window.step.length - skip;
    this.reserve(start + size);
    copy(window.step, this.step, start, skip);
    copy(window.epoch, this.epoch, start, skip);
    copy(window.tokens, this.tokens, start, skip);
    copy(window.time, this.time, start, skip);
    for (const [name, columns] of this.series) {
      for (const part of parts) copy(window.series[name][part], columns[part], start, skip);
    }
    this.count = start + size;
    this.firstStep = window.firstStep;
    this.lastStep = window.lastStep;
    this.validation = mergeBy(this.validation, window.validation, (entry) => String(entry.step));
    this.markers = mergeBy(this.markers, window.markers, (entry) => `${entry.kind} ${entry.step}`);
  }

  /** Keeps only the buckets of a range of steps, until finer ones arrive. */
  crop(from: number, to: number): void {
    const start = this.indexOfStep(from);
    const end = this.indexOfStep(to) + 1;
    if (start < 0 || end <= start) return;
    for (const column of this.columns()) column.copyWithin(0, start, end);
    this.count = end - start;
    this.fineFrom = Math.max(0, this.fineFrom - start);
  }

  private *columns(): Generator<Float64Array> {
    yield this.step;
    yield this.epoch;
    yield this.tokens;
    yield this.time;
    for (const columns of this.series.values()) for (const part of parts) yield columns[part];
  }

  private reserve(size: number): void {
    if (size <= this.capacity) return;
    this.capacity = Math.max(size, this.capacity * 2, 256);
    const grown = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(this.capacity);
      next.set(old.subarray(0, this.count));
      return next;
    };
    this.step = grown(this.step);
    this.epoch = grown(this.epoch);
    this.tokens = grown(this.tokens);
    this.time = grown(this.time);
    for (const columns of this.series.values()) {
      for (const part of parts) columns[part] = grown(columns[part]);
    }
  }
}

function copy(
  from: readonly (number | null)[],
  to: Float64Array,
  start: number,
  skip: number,
): void {
  for (let index = skip; index < from.length; index += 1) {
    to[start + index - skip] = from[index] ?? Number.NaN;
  }
}

function mergeBy<Entry extends { readonly step: number }>(
  held: readonly Entry[],
  added: readonly Entry[],
  key: (entry: Entry) => string,
): readonly Entry[] {
  const all = new Map(held.map((entry) => [key(entry), entry]));
  for (const entry of added) all.set(key(entry), entry);
  return [...all.values()].sort((a, b) => a.step - b.step);
}
