/** A run's telemetry as columns, reduced for drawing, with the step that each time belongs to. */
import { join } from 'node:path';
import type { TelemetryLine, TelemetryWindow } from '@shared/telemetry';
import { readJsonLines } from '../process/json-lines';
import type { LabHome } from '../store/home';
import type { StepColumns } from './history/step-columns';
import { telemetryFile } from './telemetry';

const names = ['memoryUsedBytes', 'busyShare', 'temperatureCelsius', 'powerWatts'] as const;
type Name = (typeof names)[number];
const keptRuns = 6;

interface Columns {
  offset: number;
  readonly time: number[];
  readonly values: Readonly<Record<Name, (number | null)[]>>;
}

/** Files of telemetry that are being looked at; each is read on from where it was read to. */
export class Telemetries {
  readonly #home: LabHome;
  readonly #runs = new Map<string, Promise<Columns>>();

  constructor(home: LabHome) {
    this.#home = home;
  }

  async upToDate(runId: string): Promise<Columns> {
    const before = this.#runs.get(runId) ?? Promise.resolve(empty());
    const after = before.catch(empty).then((columns) => this.#readOn(runId, columns));
    this.#runs.delete(runId);
    this.#runs.set(runId, after);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > keptRuns && oldest !== undefined) this.#runs.delete(oldest);
    return after;
  }

  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  async #readOn(runId: string, columns: Columns): Promise<Columns> {
    const path = join(this.#home.runFolder(runId), telemetryFile);
    for (;;) {
      const read = await readJsonLines(path, columns.offset);
      for (const { value } of read.lines) add(columns, value);
      if (read.offset === columns.offset) return columns;
      columns.offset = read.offset;
    }
  }
}

function empty(): Columns {
  return {
    offset: 0,
    time: [],
    values: { memoryUsedBytes: [], busyShare: [], temperatureCelsius: [], powerWatts: [] },
  };
}

/** By hand: a long run has a hundred thousand lines. What is not a line of telemetry is passed over. */
function add(columns: Columns, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const line = value as Partial<Record<keyof TelemetryLine, unknown>>;
  if (typeof line.time !== 'number' || line.time < 0) return;
  columns.time.push(Math.round(line.time));
  for (const name of names) {
    const found = line[name];
    columns.values[name].push(typeof found === 'number' && found >= 0 ? found : null);
  }
}

export interface TelemetryRequest {
  readonly runId: string;
  readonly device: string;
  readonly memoryTotalBytes: number | null;
  readonly maxPoints: number;
}

/** At most `maxPoints` buckets of consecutive lines: means, and time and step of each one's last line. */
export function telemetryWindow(
  columns: Columns,
  steps: StepColumns,
  request: TelemetryRequest,
): TelemetryWindow {
  const { runId, device, memoryTotalBytes, maxPoints } = request;
  const count = columns.time.length;
  const size = Math.max(1, Math.ceil(count / maxPoints));
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, bucket) => bucket * size);
  const time = starts.map((from) => columns.time[Math.min(from + size, count) - 1] ?? 0);
  const means = (name: Name): (number | null)[] =>
    starts.map((from) => mean(columns.values[name], from, Math.min(from + size, count)));
  return {
    runId,
    device,
    memoryTotalBytes,
    time,
    step: stepsAt(steps, time),
    memoryUsedBytes: means('memoryUsedBytes'),
    busyShare: means('busyShare'),
    temperatureCelsius: means('temperatureCelsius'),
    powerWatts: means('powerWatts'),
  };
}

function mean(values: readonly (number | null)[], from: number, to: number): number | null {
  let sum = 0;
  let count = 0;
  for (let index = from; index < to; index += 1) {
    const value = values[index];
    if (value === null || value === undefined) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}

/** Steps completed by each time, from the times of the run's own step events; both rise. */
function stepsAt(steps: StepColumns, times: readonly number[]): number[] {
  const stepTime = steps.column('time');
  const step = steps.column('step');
  let row = 0;
  return times.map((time) => {
    while (row < stepTime.length && (stepTime[row] ?? 0) <= time) row += 1;
    return row === 0 ? 0 : (step[row - 1] ?? 0);
  });
}
