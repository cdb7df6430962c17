/** Histories of the runs that are being looked at, brought up to date on request. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { readJsonLines } from '../../process/json-lines';
import type { LabHome } from '../../store/home';
import { loadHistory, saveHistory } from './history-file';
import { RunHistory } from './run-history';

const keptHistories = 6;
const savedEvery = 20_000;

interface Entry {
  history: RunHistory;
  savedEvents: number;
  busy: Promise<RunHistory> | null;
}

export class Histories {
  readonly #home: LabHome;
  readonly #entries = new Map<string, Entry>();

  constructor(home: LabHome) {
    this.#home = home;
  }

  /** The history of a run, with everything that its event file holds by now. */
  async upToDate(runId: string): Promise<RunHistory> {
    const known = this.#entries.get(runId);
    if (known?.busy) {
      // An update under way may have read before what the caller has just seen.
      await known.busy;
      if (known.busy === null) return this.upToDate(runId);
      return known.busy;
    }
    const entry: Entry = known ?? { history: new RunHistory(), savedEvents: -1, busy: null };
    // Least recently used first: taken out and put back in.
    this.#entries.delete(runId);
    this.#entries.set(runId, entry);
    entry.busy = this.#update(runId, entry).finally(() => {
      entry.busy = null;
    });
    this.#forgetOldest();
    return entry.busy;
  }

  /** Saves the history once, when it has grown since it was last saved. */
  async keep(runId: string, save: (history: RunHistory) => Promise<void>): Promise<void> {
    const entry = this.#entries.get(runId);
    if (entry === undefined || entry.savedEvents === entry.history.facts.events) return;
    entry.savedEvents = entry.history.facts.events;
    await save(entry.history).catch(() => undefined);
  }

  forget(runId: string): void {
    this.#entries.delete(runId);
  }

  async #update(runId: string, entry: Entry): Promise<RunHistory> {
    const folder = this.#home.runFolder(runId);
    const path = join(folder, 'events.jsonl');
    if (entry.savedEvents < 0) {
      const kept = await loadHistory(folder);
      if (kept !== null) entry.history = kept;
      entry.savedEvents = entry.history.facts.events;
    }
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    // The file was replaced by a shorter one, by hand or from a backup: begin anew.
    if (size < entry.history.facts.offset) entry.history = new RunHistory();
    const { history } = entry;
    for (;;) {
      const read = await readJsonLines(path, history.facts.offset);
      if (read.offset === history.facts.offset) break;
      for (const line of read.lines) history.add(line.value);
      history.facts.garbage += read.garbage;
      history.facts.offset = read.offset;
      await breathe();
    }
    if (history.facts.events - entry.savedEvents > savedEvery) {
      entry.savedEvents = history.facts.events;
      await saveHistory(folder, history).catch(() => undefined);
    }
    return history;
  }

  #forgetOldest(): void {
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= keptHistories) return;
      if (entry.busy === null) this.#entries.delete(id);
    }
  }
}
