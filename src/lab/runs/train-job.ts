/** Runs a training job: starts or re-attaches to its worker, follows it, says how it ended. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FailureCard, Job } from '@shared/job';
import type { RunSpec } from '@shared/run-spec';
import type { LabContext } from '../context';
import { findEnvironment } from '../environments/python';
import { failureCard } from '../process/failure-card';
import type { ProcessIdentity } from '../process/identity';
import { superviseWorker, type WorkerEnd } from '../process/supervise';
import { startWorker } from '../process/worker';
import { jobById } from '../queue/job-rows';
import type { JobControl, JobOutcome, JobRunner } from '../queue/job-runner';
import { checkpointsOf } from './checkpoints';
import { ingestRun } from './ingest';
import { secondsLeftOf } from './run-progress';
import { runRow, runSpecOf, saveProgress } from './run-rows';

export function createTrainRunner(context: LabContext): JobRunner {
  return {
    async run(job, control) {
      const spec = runSpecOf(context.store, job.targetId);
      const folder = context.home.runFolder(spec.id);
      const attempt = `${job.id}.${job.attempt}`;
      // A scheduler that died between marking the job and starting its worker left no worker behind.
      const known = control.reattach ? (jobById(context.store, job.id)?.worker ?? null) : null;
      const identity = known ?? (await begin(context, job, spec, folder, attempt));
      const end = await superviseWorker({
        folder,
        identity,
        attempt,
        closing: control.closing,
        stopRequested: control.stopRequested,
        readOn: () => readOn(context, spec.id, control),
      });
      return outcomeOf(context, spec, folder, end);
    },
  };
}

async function begin(
  context: LabContext,
  job: Job,
  spec: RunSpec,
  folder: string,
  attempt: string,
): Promise<ProcessIdentity> {
  await rm(join(folder, 'control.json'), { force: true });
  await rm(join(folder, 'exit.json'), { force: true });
  forgetLastEnd(context, spec.id);
  const environment = await findEnvironment(context, spec.backend);
  const identity = await startWorker({
    command: {
      program: environment.python,
      arguments: ['-m', 'lorabench'],
      pythonPath: context.places.python,
    },
    folder,
    attempt,
    threads: spec.device.threads,
  });
  context.store.run(
    'UPDATE jobs SET worker_json = ? WHERE id = ?',
    JSON.stringify(identity),
    job.id,
  );
  return identity;
}

/** What an earlier attempt said of its end must not be taken for this one's. */
function forgetLastEnd(context: LabContext, runId: string): void {
  const { progress } = runRow(context.store, runId);
  saveProgress(context.store, runId, { ...progress, outcome: null, error: null });
}

async function readOn(context: LabContext, runId: string, control: JobControl): Promise<void> {
  if (!(await ingestRun(context, runId))) return;
  const { progress } = runRow(context.store, runId);
  if (progress.totalSteps !== null) {
    control.progress(progress.steps / progress.totalSteps, secondsLeftOf(progress));
  }
}

async function outcomeOf(
  context: LabContext,
  spec: RunSpec,
  folder: string,
  end: WorkerEnd,
): Promise<JobOutcome> {
  if (end.kind === 'detached') return { kind: 'detached' };
  const { progress } = runRow(context.store, spec.id);
  if (progress.outcome === 'completed') return { kind: 'done' };
  if (progress.outcome === 'stopped') return { kind: 'stopped' };
  const checkpoints = await checkpointsOf(folder);
  const failure: FailureCard = await failureCard({
    folder,
    title: `Training "${spec.name}" failed`,
    error: progress.error,
    report: end.report,
    killed: end.killed,
    canResume: checkpoints.some((checkpoint) => checkpoint.complete),
  });
  return { kind: 'failed', failure };
}
