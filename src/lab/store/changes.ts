/** Notices of changes, between the parts of a lab and between processes that share its home. */
import type { Change } from '@shared/rpc/machine';
import { changeSchema } from '@shared/rpc/machine';
import { z } from 'zod';
import type { Store } from './store';

const pollMilliseconds = 200;
const keptChanges = 2_000;

type Listener = (changes: readonly Change[]) => void;

const rowSchema = changeSchema.extend({ number: z.number() });

export class ChangeBus {
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | null = null;
  #seen = 0;

  constructor(store: Store, onError: (error: unknown) => void = () => undefined) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Tells every listener in every process that shares the home, this one at once. */
  publish(topic: Change['topic'], id: string | null = null): void {
    this.#store.run('INSERT INTO changes (topic, id) VALUES (?, ?)', topic, id);
    if (this.#listeners.size > 0) setImmediate(() => this.#poll());
  }

  /** Calls `listener` with batches of changes until the returned function is called. */
  listen(listener: Listener): () => void {
    if (this.#listeners.size === 0) this.#begin();
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
  }

  /** Batches of changes until `signal` is aborted. */
  async *subscribe(signal: AbortSignal): AsyncGenerator<Change[], void, void> {
    let waiting: Change[] = [];
    let wake: () => void = () => undefined;
    const stop = this.listen((changes) => {
      waiting.push(...changes);
      wake();
    });
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        if (waiting.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const batch = waiting;
        waiting = [];
        yield batch;
      }
    } finally {
      stop();
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Stops looking at the store; listeners stay but hear nothing more. */
  close(): void {
    this.#end();
    this.#listeners.clear();
  }

  #begin(): void {
    this.#seen = Number(this.#store.value('SELECT max(number) FROM changes') ?? 0);
    this.#timer = setInterval(() => this.#poll(), pollMilliseconds);
    this.#timer.unref();
  }

  #end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #poll(): void {
    // A poll may find the store closed or busy: the next one looks again.
    try {
      this.#read();
    } catch (error) {
      this.#onError(error);
    }
  }

  #read(): void {
    if (this.#timer === null) return;
    const rows = this.#store.all(
      rowSchema,
      'SELECT number, topic, id FROM changes WHERE number > ? ORDER BY number',
      this.#seen,
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    this.#seen = last.number;
    if (last.number % 500 < rows.length) {
      this.#store.run('DELETE FROM changes WHERE number < ?', last.number - keptChanges);
    }
    const changes = rows.map(({ topic, id }) => ({ topic, id }));
    for (const listener of [...this.#listeners]) listener(changes);
  }
}
