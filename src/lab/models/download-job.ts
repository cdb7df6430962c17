/** Downloads a model: a worker fetches it into the hub's cache; an interrupted one goes on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DownloadSpec, downloadSpecSchema } from '@shared/download';
import { LabError } from '@shared/errors';
import type { LabContext } from '../context';
import { failureCard } from '../process/failure-card';
import { lastWords } from '../process/last-words';
import type { WorkerEnd } from '../process/supervise';
import type { JobOutcome, JobRunner } from '../queue/job-runner';
import { runWorker } from '../queue/run-worker';
import { downloadEnvironment } from './download-environment';
import { DownloadReader } from './download-progress';
import { isHubOffline } from './hub-settings';
import { sourceOf } from './model-source';

/** Needs no device; it is the network that it waits for. */
const device = { kind: 'cpu', recorded: false, threads: 1 } as const;

export function createDownloadRunner(context: LabContext): JobRunner {
  return {
    async run(job, control) {
      const folder = context.home.jobFolder(job.targetId);
      const spec = await readSpec(folder);
      const reader = new DownloadReader(folder);
      const end = await runWorker(context, {
        job,
        control,
        folder,
        device,
        environment: await downloadEnvironment(context),
        // Workers are kept off the network; this one is asked for it, unless the user keeps it off.
        variables: { HF_HUB_OFFLINE: isHubOffline() ? '1' : '0', OMP_NUM_THREADS: '1' },
        async readOn() {
          const progress = await reader.read();
          if (progress === null) return;
          control.progress(progress.share, progress.secondsLeft, progress.message);
        },
      });
      return outcomeOf(spec, folder, end);
    },
  };
}

async function readSpec(folder: string): Promise<DownloadSpec> {
  const path = join(folder, 'spec.json');
  try {
    return downloadSpecSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new LabError({
      code: 'failed',
      what: 'The download cannot be started.',
      why: `Its specification cannot be read: ${path} (${error instanceof Error ? error.message : String(error)})`,
      fix: 'Ask for the model again.',
    });
  }
}

async function outcomeOf(spec: DownloadSpec, folder: string, end: WorkerEnd): Promise<JobOutcome> {
  if (end.kind === 'detached') return { kind: 'detached' };
  const { outcome, error } = await lastWords(folder);
  if (outcome === 'completed') return { kind: 'done' };
  if (outcome === 'stopped') return { kind: 'stopped' };
  const card = await failureCard({
    folder,
    title: `${sourceOf({ id: spec.source, revision: spec.revision })} could not be downloaded`,
    error,
    report: end.report,
    killed: end.killed,
    canResume: false,
  });
  const failure =
    error === null ? { ...card, fix: 'Retry it; it goes on where it was cut off.' } : card;
  return { kind: 'failed', failure };
}
