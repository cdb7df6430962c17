/** Runs an export: a worker folds the adapter in and writes the model aside, then puts it in place. */
import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExportSpec } from '@shared/export';
import type { LabContext } from '../context';
import { failureCard } from '../process/failure-card';
import { type LastWords, lastWords } from '../process/last-words';
import type { WorkerEnd } from '../process/supervise';
import type { JobControl, JobOutcome, JobRunner } from '../queue/job-runner';
import { runWorker } from '../queue/run-worker';
import { readExport, readManifest } from './export-files';

/** "Export 3B v7 merged", "Export 3B v7 @ step 200 merged". */
export const exportTitle = ({ runName, step, to }: ExportSpec): string =>
  `Export ${runName}${step === null ? '' : ` @ step ${step}`} ${to}`;

export function createExportRunner(context: LabContext): JobRunner {
  return {
    async run(job, control) {
      const spec = await readExport(context, job.targetId);
      const folder = context.home.jobFolder(spec.id);
      const end = await runWorker(context, {
        job,
        control,
        folder,
        device: spec.device,
        readOn: progressReader(folder, control),
      });
      return outcomeOf(folder, spec, end);
    },
  };
}

/** Reads the events again whenever there are more of them; an export has only a few hundred. */
function progressReader(folder: string, control: JobControl): () => Promise<void> {
  let size = -1;
  return async () => {
    const found = await stat(join(folder, 'events.jsonl')).catch(() => null);
    if (found === null || found.size === size) return;
    size = found.size;
    const { progress, phase } = await lastWords(folder);
    control.progress(shareOf(progress), null, progress?.message || phase?.message || '');
  };
}

/** Of the bar; what is read is folded layer by layer, then written file by file. */
const foldingShare = 0.5;

function shareOf(progress: LastWords['progress']): number {
  if (progress === null || !progress.total) return 0;
  const share = Math.min(1, progress.done / progress.total);
  return progress.unit === 'layers' ? foldingShare * share : foldingShare + foldingShare * share;
}

async function outcomeOf(folder: string, spec: ExportSpec, end: WorkerEnd): Promise<JobOutcome> {
  if (end.kind === 'detached') return { kind: 'detached' };
  const { outcome, error } = await lastWords(folder);
  // The folder is complete when its manifest is; a worker that was killed after that has done it.
  if ((await readManifest(spec.outPath))?.id === spec.id) return { kind: 'done' };
  await removeAside(spec);
  if (outcome === 'stopped') return { kind: 'stopped' };
  const failure = await failureCard({
    folder,
    title: `Exporting "${spec.runName}" failed`,
    error,
    report: end.report,
    killed: end.killed,
    canResume: false,
  });
  return { kind: 'failed', failure };
}

/** What a worker that was killed has left beside the folder it was to make. */
async function removeAside({ id, outPath }: ExportSpec): Promise<void> {
  await rm(join(dirname(outPath), `.writing-${id}`), { recursive: true, force: true });
}
