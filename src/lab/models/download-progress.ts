/** How far a download is: read on from its events, with the rate of the last seconds. */
import { join } from 'node:path';
import { eventSchema } from '@shared/events';
import { readJsonLines } from '../process/json-lines';
import { byteText, shareText } from './byte-text';

/** Seconds over which the rate is taken. */
const window = 10;

interface Point {
  readonly time: number;
  readonly done: number;
}

export interface DownloadProgress {
  readonly share: number;
  readonly secondsLeft: number | null;
  /** "1.2 of 3.1 GB, 11.4 MB/s" */
  readonly message: string;
}

export class DownloadReader {
  readonly #path: string;
  #offset = 0;
  #points: Point[] = [];

  constructor(folder: string) {
    this.#path = join(folder, 'events.jsonl');
  }

  /** What is new since the last call; null when nothing is. */
  async read(): Promise<DownloadProgress | null> {
    let latest: DownloadProgress | null = null;
    for (;;) {
      const { lines, offset } = await readJsonLines(this.#path, this.#offset);
      if (offset === this.#offset) return latest;
      this.#offset = offset;
      for (const { value } of lines) {
        const event = eventSchema.safeParse(value).data;
        // What an earlier attempt fetched says nothing about the speed of this one.
        if (event?.kind === 'phase') this.#points = [];
        if (event?.kind !== 'progress' || event.total === null) continue;
        // What lies here already is counted before the first byte comes.
        this.#points = [...this.#points, { time: event.time / 1000, done: event.done }].filter(
          ({ time }) => time >= event.time / 1000 - window,
        );
        latest = this.#progress(event.done, event.total, event.message);
      }
    }
  }

  #progress(done: number, total: number, message: string): DownloadProgress {
    const rate = rateOf(this.#points);
    const amount = `${shareText(done, total)}${rate > 0 ? `, ${byteText(rate)}/s` : ''}`;
    return {
      share: total === 0 ? 1 : done / total,
      secondsLeft: rate > 0 ? (total - done) / rate : null,
      message: message === '' ? amount : `${amount}, ${message}`,
    };
  }
}

function rateOf(points: readonly Point[]): number {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.time - first.time < 1) return 0;
  return Math.max(0, (last.done - first.done) / (last.time - first.time));
}
