/**
 * Keeps one run's curves current: fetches what is new, refetches at finer buckets when zoomed, and
 * tells its listeners once per animation frame.
 */
import type { MetricWindow } from '@shared/metrics';
import { MetricBuffer } from './metric-buffer';

export interface StepRange {
  readonly fromStep?: number;
  readonly toStep?: number;
}
export interface Zoom {
  readonly from: number;
  readonly to: number;
}

export type FetchWindow = (
  range: StepRange & { readonly maxPoints: number },
) => Promise<MetricWindow>;

/** Everything is read again only after this much growth, so that most updates stay small. */
const growth = 1.5;

export class MetricFeed {
  readonly buffer = new MetricBuffer();
  zoom: Zoom | null = null;
  /** Time of the run's first step, milliseconds; 0 while unknown. */
  origin = 0;
  error: unknown = null;
  loaded = false;
  private readonly listeners = new Set<() => void>();
  private frame = 0;
  private busy = false;
  private wanted: 'nothing' | 'news' | 'everything' = 'nothing';
  private closed = false;

  constructor(
    private readonly fetchWindow: FetchWindow,
    private readonly maxPoints = 1500,
  ) {}

  /** Calls `listener` in an animation frame after the buffer changed. */
  onFrame(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The run went on (or back, after a restart from a checkpoint). */
  notice(lastStep: number): void {
    if (this.zoom !== null) return;
    this.want(lastStep < this.buffer.lastStep ? 'everything' : 'news');
  }

  refresh(): void {
    this.want('everything');
  }

  setZoom(zoom: Zoom | null): void {
    this.zoom = zoom;
    if (zoom !== null) {
      this.buffer.crop(zoom.from, zoom.to);
      this.changed();
    }
    this.want('everything');
  }

  close(): void {
    this.closed = true;
    this.listeners.clear();
    cancelAnimationFrame(this.frame);
  }

  private want(what: 'news' | 'everything'): void {
    if (this.wanted !== 'everything') this.wanted = what;
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.wanted !== 'nothing' && !this.closed) {
      const everything = this.wanted === 'everything' || !this.canAppend();
      this.wanted = 'nothing';
      try {
        await (everything ? this.fetchAll() : this.fetchNews());
        this.error = null;
      } catch (error) {
        this.error = error;
      }
      this.loaded = true;
      this.changed();
    }
    this.busy = false;
  }

  private canAppend(): boolean {
    const { count } = this.buffer;
    return count > 0 && count < this.maxPoints * growth;
  }

  private async fetchAll(): Promise<void> {
    const { zoom, maxPoints } = this;
    const range = zoom === null ? {} : { fromStep: zoom.from, toStep: zoom.to };
    const window = await this.fetchWindow({ ...range, maxPoints });
    if (this.closed || this.zoom !== zoom) return;
    this.buffer.replace(window);
    if (zoom === null) this.origin = window.time[0] ?? 0;
  }

  private async fetchNews(): Promise<void> {
    // The last step again: its validation or checkpoint may have come after it.
    const fromStep = this.buffer.step[this.buffer.count - 1] ?? 0;
    const window = await this.fetchWindow({ fromStep, maxPoints: this.maxPoints });
    if (this.closed || this.zoom !== null) return;
    if (window.stepsPerBucket === 1) this.buffer.merge(window);
    else this.wanted = 'everything';
  }

  private changed(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      for (const listener of this.listeners) listener();
    });
  }
}
