/** Keeps what the device did during a run current, beside the run's own curves. */
import type { TelemetryWindow } from '@shared/telemetry';
import { type XKind, xColumn } from './columns';
import type { MetricBuffer } from './metric-buffer';

export type TelemetryColumn = 'memoryUsedBytes' | 'busyShare' | 'temperatureCelsius' | 'powerWatts';

/**
 * Positions of readings in optimizer steps. Several readings within one step are spread over it; when
 * the run went back to a checkpoint, readings of the steps that were lost are left out (NaN).
 */
export function stepPositions(steps: readonly number[]): Float64Array {
  const positions = new Float64Array(steps.length).fill(Number.NaN);
  let ceiling = Number.POSITIVE_INFINITY;
  for (let end = steps.length; end > 0; ) {
    const step = steps[end - 1] ?? 0;
    let start = end - 1;
    while (start > 0 && steps[start - 1] === step) start -= 1;
    if (step < ceiling) {
      for (let at = start; at < end; at += 1) {
        positions[at] = step + (at - start) / (end - start);
      }
      ceiling = step;
    }
    end = start;
  }
  return positions;
}

export interface TelemetryData {
  readonly x: number[];
  readonly columns: readonly (number | null)[][];
}

/** The readings at positions of the chosen axis, in ascending order. */
export function telemetryData(
  window: TelemetryWindow,
  names: readonly TelemetryColumn[],
  kind: XKind,
  buffer: MetricBuffer,
  origin: number,
): TelemetryData {
  const steps = stepPositions(window.step);
  const tokens = kind === 'tokens' ? xColumn(buffer, 'tokens', origin) : null;
  const first = (buffer.step[0] ?? 0) - buffer.stepsPerBucket;
  const position = (index: number): number => {
    switch (kind) {
      case 'time':
        return ((window.time[index] ?? 0) - origin) / 1000;
      case 'step':
        return steps[index] ?? Number.NaN;
      case 'tokens': {
        const step = steps[index] ?? Number.NaN;
        const known = step >= first && step <= buffer.lastStep + 1;
        return known ? (tokens?.[buffer.indexOfStep(Math.floor(step))] ?? Number.NaN) : Number.NaN;
      }
    }
  };
  const kept = window.time
    .map((_, index) => ({ index, x: position(index) }))
    .filter(({ x }) => Number.isFinite(x))
    .sort((a, b) => a.x - b.x);
  return {
    x: kept.map(({ x }) => x),
    columns: names.map((name) => kept.map(({ index }) => window[name][index] ?? null)),
  };
}

export type FetchTelemetry = () => Promise<TelemetryWindow>;

export class TelemetryFeed {
  window: TelemetryWindow | null = null;
  private readonly listeners = new Set<() => void>();
  private busy = false;

  constructor(private readonly fetchWindow: FetchTelemetry) {}

  onFrame(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Reads everything again; a lab that cannot answer leaves what is there. */
  async refresh(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      this.window = await this.fetchWindow();
      for (const listener of this.listeners) listener();
    } catch {
      // The curves say when the lab does not answer; readings are tried again with the next tick.
    } finally {
      this.busy = false;
    }
  }

  /** Whether the device says this at all. */
  has(name: TelemetryColumn): boolean {
    return this.window?.[name].some((value) => value !== null) ?? false;
  }
}
