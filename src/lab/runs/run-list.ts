/**
 * The list of all runs, kept between two askings: of ten thousand runs only those are read again that
 * changed. Which ones did is told by the store's changes, so other processes' count as well.
 */
import type { RunSummary } from '@shared/run';
import { z } from 'zod';
import type { Store } from '../store/store';
import { runSummaries, runSummary } from './run-summary';

const changeSchema = z.object({ topic: z.string(), id: z.string().nullable() });
const targetSchema = z.object({ target: z.string().nullable() });

/** More changes than that are not worth looking at one by one. */
const mostSingleReads = 50;

export class RunList {
  readonly #store: Store;
  #known: Map<string, RunSummary> | null = null;
  #shown: RunSummary[] | null = null;
  #seen = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** All runs, newest first. */
  all(): readonly RunSummary[] {
    // What is written while rows are read is then read once more, never missed.
    const newest = Number(this.#store.value('SELECT max(number) FROM changes') ?? 0);
    const changed = this.#known === null ? null : this.#changedSince(this.#seen);
    this.#seen = newest;
    if (changed === null) this.#readAll();
    else for (const id of changed) this.#readAgain(id);
    this.#shown ??= [...(this.#known?.values() ?? [])].sort(newestFirst);
    return this.#shown;
  }

  #readAll(): void {
    this.#known = new Map(runSummaries(this.#store).map((run) => [run.id, run]));
    this.#shown = null;
  }

  #readAgain(id: string): void {
    const run = runSummary(this.#store, id);
    if (run === null) this.#known?.delete(id);
    else this.#known?.set(id, run);
    this.#shown = null;
  }

  /** Ids of runs to read again; null when it cannot be told which. */
  #changedSince(seen: number): ReadonlySet<string> | null {
    const oldest = Number(this.#store.value('SELECT min(number) FROM changes') ?? 0);
    if (oldest > seen + 1) return null;
    const changes = this.#store.all(
      changeSchema,
      `SELECT DISTINCT topic, id FROM changes
       WHERE number > ? AND topic IN ('runs', 'evaluations', 'queue')`,
      seen,
    );
    const ids = new Set<string>();
    for (const { topic, id } of changes) {
      if (id === null && topic === 'queue') continue;
      if (id === null || ids.size > mostSingleReads) return null;
      for (const run of this.#runsOf(topic, id)) ids.add(run);
    }
    return ids;
  }

  #runsOf(topic: string, id: string): readonly string[] {
    if (topic === 'runs') return [id];
    const target =
      topic === 'evaluations'
        ? id
        : this.#store.value('SELECT target_id FROM jobs WHERE id = ?', id);
    if (typeof target !== 'string') return [];
    if (this.#known?.has(target)) return [target];
    // A base model's evaluation is shown with every run that has one with the same key.
    return this.#store
      .all(
        targetSchema,
        `SELECT DISTINCT run_id AS target FROM evaluations
         WHERE key = (SELECT key FROM evaluations WHERE id = ?) AND run_id IS NOT NULL`,
        target,
      )
      .flatMap((row) => row.target ?? []);
  }
}

const newestFirst = (a: RunSummary, b: RunSummary): number =>
  b.createdAt === a.createdAt
    ? Number(b.id > a.id) - Number(b.id < a.id)
    : Number(b.createdAt > a.createdAt) - Number(b.createdAt < a.createdAt);
