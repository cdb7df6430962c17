/** Reads on in a run's event file; numbers and the offset they led to are stored together. */
import { join } from 'node:path';
import type { LabContext } from '../context';
import { readJsonLines } from '../process/json-lines';
import { addLine, type RunProgress } from './run-progress';
import { runRow, saveProgress } from './run-rows';

/** Brings the index row of a run up to its event file; true when there was something new. */
export async function ingestRun(context: LabContext, runId: string): Promise<boolean> {
  const path = join(context.home.runFolder(runId), 'events.jsonl');
  let news = false;
  for (;;) {
    const progress: RunProgress = runRow(context.store, runId).progress;
    const read = await readJsonLines(path, progress.offset);
    if (read.offset === progress.offset) return news;
    for (const line of read.lines) addLine(progress, line.value);
    progress.garbage += read.garbage;
    progress.offset = read.offset;
    saveProgress(context.store, runId, progress);
    context.changes.publish('runs', runId);
    news = true;
  }
}
