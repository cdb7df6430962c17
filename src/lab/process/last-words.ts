/** How a worker ended and how far it came, in its own words. */
import { join } from 'node:path';
import {
  type DoneEvent,
  type ErrorEvent,
  eventSchema,
  type PhaseEvent,
  type ProgressEvent,
} from '@shared/events';
import { readJsonLines } from './json-lines';

export interface LastWords {
  readonly error: ErrorEvent | null;
  readonly outcome: DoneEvent['outcome'] | null;
  /** The newest progress that it told. */
  readonly progress: ProgressEvent | null;
  readonly phase: PhaseEvent | null;
}

/** What the last attempt in a job's folder said of itself; read from its events. */
export async function lastWords(folder: string): Promise<LastWords> {
  let error: ErrorEvent | null = null;
  let outcome: LastWords['outcome'] = null;
  let progress: ProgressEvent | null = null;
  let phase: PhaseEvent | null = null;
  let offset = 0;
  for (;;) {
    const read = await readJsonLines(join(folder, 'events.jsonl'), offset);
    if (read.offset === offset) return { error, outcome, progress, phase };
    offset = read.offset;
    for (const { value } of read.lines) {
      const event = eventSchema.safeParse(value).data;
      if (event?.kind === 'phase' && event.phase === 'starting') {
        error = null;
        outcome = null;
        progress = null;
      }
      if (event?.kind === 'phase') phase = event;
      if (event?.kind === 'progress') progress = event;
      if (event?.kind === 'error') error = event;
      if (event?.kind === 'done') outcome = event.outcome;
    }
  }
}
