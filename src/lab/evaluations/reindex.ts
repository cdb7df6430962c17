/** Rebuilds the index rows of evaluations from their folders. Nothing is deleted. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluationSpecSchema, evaluationSummarySchema } from '@shared/evaluation';
import type { LabContext } from '../context';
import { generationReader, judgementReader, tasksOf } from './evaluation-files';
import { insertEvaluation, saveCounts, saveSummary } from './evaluation-rows';

export async function reindexEvaluations(
  context: LabContext,
): Promise<{ readonly found: number; readonly problems: string[] }> {
  const { home, store } = context;
  const problems: string[] = [];
  let found = 0;
  for (const id of (await readdir(home.evaluations).catch(() => [])).sort()) {
    const folder = home.evaluationFolder(id);
    try {
      const spec = evaluationSpecSchema.parse(
        JSON.parse(await readFile(join(folder, 'spec.json'), 'utf8')),
      );
      if (spec.id !== id) throw new Error(`its specification belongs to ${spec.id}`);
      const samples = (await tasksOf(folder)).length * spec.comparability.sampling.repeats;
      const known = store.value('SELECT count(*) FROM evaluations WHERE id = ?', id) === 1;
      if (known) store.run('UPDATE evaluations SET deleted = 0 WHERE id = ?', id);
      else insertEvaluation(store, spec, samples);
      const generations = await generationReader(folder).readOn();
      const judgements = await judgementReader(folder).readOn();
      saveCounts(store, id, generations.length, judgements.length);
      const summary = await readFile(join(folder, 'summary.json'), 'utf8').catch(() => null);
      if (summary !== null) {
        saveSummary(store, id, evaluationSummarySchema.parse(JSON.parse(summary)));
      }
      found += 1;
    } catch (error) {
      problems.push(`evaluations/${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  context.changes.publish('evaluations');
  return { found, problems };
}
