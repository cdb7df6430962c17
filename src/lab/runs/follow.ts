/** Notices that a run has something new, read from its own files, so that any process can follow. */
import { stat, watch } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabContext } from '../context';
import type { Histories } from './history/histories';

export interface RunNotice {
  readonly lastStep: number;
  readonly eventCount: number;
}

/** Between two notices; a screen is drawn no more often than it can be read. */
const quietMilliseconds = 40;
/** For file systems that report no changes. */
const fallbackMilliseconds = 250;

/** Yields once at once, then whenever its events, log or state changed, until `signal`. */
export async function* followRun(
  context: LabContext,
  histories: Histories,
  runId: string,
  signal: AbortSignal,
): AsyncGenerator<RunNotice, void, void> {
  const folder = context.home.runFolder(runId);
  const files = ['events.jsonl', 'worker.log'].map((name) => join(folder, name));
  const alarm = new Alarm();
  const unlisten = context.changes.listen((changes) => {
    if (changes.some((change) => change.id === runId)) alarm.ring('changed');
  });
  const watching = new AbortController();
  void watchFolder(folder, alarm, watching.signal);
  let seen = '';
  try {
    while (!signal.aborted) {
      const size = (await Promise.all(files.map(sizeOf))).join(' ');
      if (size !== seen || alarm.take() === 'changed') {
        seen = size;
        const { steps, facts } = await histories.upToDate(runId);
        yield { lastStep: steps.lastStep(), eventCount: facts.events };
        await sleep(quietMilliseconds);
      } else {
        await alarm.wait(fallbackMilliseconds, signal);
      }
    }
  } finally {
    unlisten();
    watching.abort();
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (found) => found.size,
    () => 0,
  );
}

async function watchFolder(folder: string, alarm: Alarm, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of watch(folder, { signal })) alarm.ring('touched');
  } catch {
    // Not every file system can be watched; the fallback looks by itself.
  }
}

class Alarm {
  #state: 'quiet' | 'touched' | 'changed' = 'quiet';
  #wake: () => void = () => undefined;

  ring(state: 'touched' | 'changed'): void {
    if (this.#state !== 'changed') this.#state = state;
    this.#wake();
  }

  take(): 'quiet' | 'touched' | 'changed' {
    const state = this.#state;
    this.#state = 'quiet';
    return state;
  }

  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.#state !== 'quiet' || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.#wake = wake;
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
