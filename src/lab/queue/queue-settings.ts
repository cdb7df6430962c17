/** The queue's settings, kept in the store so that every process agrees. */
import type { Store } from '../store/store';

export function isPaused(store: Store): boolean {
  return store.value("SELECT value FROM settings WHERE key = 'queue.paused'") === 'true';
}

/** A paused queue starts nothing; what runs goes on. */
export function setPaused(store: Store, paused: boolean): void {
  store.run(
    `INSERT INTO settings (key, value) VALUES ('queue.paused', ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    String(paused),
  );
}
