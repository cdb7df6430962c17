/** Everything that a run's page shows beside its curves. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentSchema } from '@shared/job-files';
import type { RunDetail } from '@shared/run';
import type { LabContext } from '../context';
import { jobOfTarget } from '../queue/job-rows';
import { checkpointsOf } from './checkpoints';
import type { Histories } from './history/histories';
import { secondsLeftOf } from './run-progress';
import { runRow, runSpecOf } from './run-rows';
import { smokeOfRun } from './run-smoke';
import { runSummary } from './run-summary';

const shownSamples = 100;
const shownWarnings = 100;

/** @throws LabError when there is no such run. */
export async function runDetail(
  context: LabContext,
  histories: Histories,
  id: string,
): Promise<RunDetail> {
  const { store, home } = context;
  const row = runRow(store, id);
  const job = jobOfTarget(store, id);
  const folder = home.runFolder(id);
  const { facts } = await histories.upToDate(id);
  const { totalSteps, steps } = row.progress;
  const summary = runSummary(store, id);
  if (summary === null) throw new Error(`Run ${id} was deleted while it was being read.`);
  return {
    summary,
    spec: { ...runSpecOf(store, id), name: row.name },
    environment: await environmentOf(folder),
    checkpoints: (await checkpointsOf(folder)).map((checkpoint) => ({ ...checkpoint })),
    samples: facts.samples.slice(-shownSamples),
    warnings: [...garbageWarning(facts.garbage), ...facts.warnings.slice(-shownWarnings)],
    phase: facts.phase,
    failure: job?.failure ?? null,
    progress: totalSteps === null ? null : steps / totalSteps,
    secondsLeft: job?.state === 'running' ? secondsLeftOf(row.progress) : null,
    folder,
    jobId: job?.id ?? null,
    smoke: job === null ? null : await smokeOfRun(context, job.id),
  };
}

function garbageWarning(lines: number): RunDetail['warnings'] {
  if (lines === 0) return [];
  const message = `${lines} lines of events.jsonl are not events; they were left out.`;
  return [{ code: 'garbage_lines', message, details: [] }];
}

async function environmentOf(folder: string): Promise<RunDetail['environment']> {
  try {
    const text = await readFile(join(folder, 'environment.json'), 'utf8');
    return environmentSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
