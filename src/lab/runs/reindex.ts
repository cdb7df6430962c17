/** Rebuilds the index rows of runs from their folders. Nothing is deleted, on disk or in the index. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runSpecSchema } from '@shared/run-spec';
import type { LabContext } from '../context';
import { ingestRun } from './ingest';
import { emptyProgress } from './run-progress';
import { insertRun, saveProgress } from './run-rows';

export interface ReindexResult {
  readonly found: number;
  /** Folders that could not be read, with the reason. */
  readonly problems: string[];
}

export async function reindexRuns(context: LabContext): Promise<ReindexResult> {
  const { home, store } = context;
  const problems: string[] = [];
  let found = 0;
  for (const id of (await readdir(home.runs).catch(() => [])).sort()) {
    try {
      const text = await readFile(join(home.runFolder(id), 'spec.json'), 'utf8');
      const spec = runSpecSchema.parse(JSON.parse(text));
      if (spec.id !== id) throw new Error(`its specification belongs to ${spec.id}`);
      const known = store.value('SELECT count(*) FROM runs WHERE id = ?', id) === 1;
      if (known) {
        store.run(
          'UPDATE runs SET deleted = 0, name = ?, spec_json = ? WHERE id = ?',
          spec.name,
          JSON.stringify(spec),
          id,
        );
        saveProgress(store, id, emptyProgress());
      } else {
        insertRun(store, spec);
      }
      await ingestRun(context, id);
      found += 1;
    } catch (error) {
      problems.push(`runs/${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  context.changes.publish('runs');
  return { found, problems };
}
