/** The device that somebody switched a window to, kept in the store so that the next one knows. */
import type { Store } from '../store/store';

const key = 'window.device';

/** Id of the device; null: as the lab chooses. */
export function deviceChoice(store: Store): string | null {
  const value = store.value('SELECT value FROM settings WHERE key = ?', key);
  return typeof value === 'string' ? value : null;
}

export function setDeviceChoice(store: Store, id: string | null): void {
  if (id === null) {
    store.run('DELETE FROM settings WHERE key = ?', key);
    return;
  }
  store.run(
    `INSERT INTO settings (key, value) VALUES (?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    key,
    id,
  );
}
