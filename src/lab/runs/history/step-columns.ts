/** Metrics of a run's steps as growing typed columns, one row a step, steps strictly increasing. */
import type { StepEvent } from '@shared/events';

export const columnNames = [
  'step',
  'epoch',
  'time',
  'targetTokens',
  'loss',
  'tokenAccuracy',
  'learningRate',
  'gradNorm',
  'tokensPerSecond',
  'peakMemoryBytes',
] as const;
export type ColumnName = (typeof columnNames)[number];

type Columns = Record<ColumnName, Float64Array>;

function emptyColumns(capacity: number): Columns {
  const columns: Partial<Columns> = {};
  for (const name of columnNames) columns[name] = new Float64Array(capacity);
  return columns as Columns;
}

/** Non-finite values are stored as NaN; which kind they were stays in the event file. */
export class StepColumns {
  #columns: Columns;
  #length: number;

  constructor(columns: Columns = emptyColumns(1024), length = 0) {
    this.#columns = columns;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  /** The rows of a column; valid until the next push. */
  column(name: ColumnName): Float64Array {
    return this.#columns[name].subarray(0, this.#length);
  }

  lastStep(): number {
    return this.#length === 0 ? 0 : (this.#columns.step[this.#length - 1] ?? 0);
  }

  /** Adds a step. One that was there already, and all after it, are replaced: a resumed run redoes them. */
  push(event: StepEvent): void {
    if (event.step <= this.lastStep()) this.truncate(event.step - 1);
    if (this.#length === this.#columns.step.length) this.#grow();
    const row = this.#length;
    const columns = this.#columns;
    columns.step[row] = event.step;
    columns.epoch[row] = event.epoch;
    columns.time[row] = event.time;
    columns.targetTokens[row] =
      event.targetTokens + (row === 0 ? 0 : (columns.targetTokens[row - 1] ?? 0));
    columns.loss[row] = event.loss ?? Number.NaN;
    columns.tokenAccuracy[row] = event.tokenAccuracy;
    columns.learningRate[row] = event.learningRate;
    columns.gradNorm[row] = event.gradNorm ?? Number.NaN;
    columns.tokensPerSecond[row] = event.tokensPerSecond;
    columns.peakMemoryBytes[row] = event.peakMemoryBytes;
    this.#length += 1;
  }

  /** Forgets every step after `step`. */
  truncate(step: number): void {
    this.#length = this.indexAfter(step);
  }

  /** Number of rows whose step is at most `step`. */
  indexAfter(step: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#columns.step[middle] ?? 0) <= step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const grown = emptyColumns(this.#columns.step.length * 2);
    for (const name of columnNames) grown[name].set(this.#columns[name]);
    this.#columns = grown;
  }
}
