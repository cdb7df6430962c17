/**
 * Runs a training job: starts or re-attaches to its worker, follows it, says how it ended. A worker
 * that ran out of memory is started again from its last checkpoint with half the micro-batch.
 */
import type { FailureCard, Job } from '@shared/job';
import type { RunSpec } from '@shared/run-spec';
import type { LabContext } from '../context';
import { failureCard } from '../process/failure-card';
import { OomWatch } from '../process/oom-kills';
import type { WorkerEnd } from '../process/supervise';
import { jobById } from '../queue/job-rows';
import type { JobControl, JobOutcome, JobRunner } from '../queue/job-runner';
import { runWorker } from '../queue/run-worker';
import { adjustedSpec, adjustmentNote, halveMicroBatch } from './adjustments';
import { checkpointsOf } from './checkpoints';
import { ingestRun } from './ingest';
import { memoryError } from './memory-failure';
import { secondsLeftOf } from './run-progress';
import { runRow, saveProgress } from './run-rows';
import { withTelemetry } from './telemetry';

export interface TrainRunnerOptions {
  /** Watches for kills by the system; a new one for every worker. */
  readonly oomWatch?: () => OomWatch;
}

export function createTrainRunner(
  context: LabContext,
  { oomWatch = () => new OomWatch() }: TrainRunnerOptions = {},
): JobRunner {
  return withTelemetry(context, {
    async run(job, control) {
      let spec = await adjustedSpec(context, job.targetId, job.id);
      for (;;) {
        const watch = oomWatch();
        const end = await trainOnce(context, { job, control, spec, watch });
        const shortage = await shortageOf(context, spec.id, end, watch);
        if (shortage !== 'while training') return outcomeOf(context, spec, end, shortage);
        // A lab that is closing leaves the decision to the next one, which reads the same files.
        if (control.closing.aborted) return { kind: 'detached' };
        const halved = await halveMicroBatch(context, spec.id, job.id);
        if (halved === null) return outcomeOf(context, spec, end, shortage);
        // Whoever stops a run that has just run out of memory finds it ready to be resumed.
        if (control.stopRequested.aborted) return { kind: 'stopped' };
        spec = halved;
      }
    },
  });
}

interface Once {
  readonly job: Job;
  readonly control: JobControl;
  readonly spec: RunSpec;
  readonly watch: OomWatch;
}

/** From a worker's start, or from where it is taken up again, to its end. */
function trainOnce(context: LabContext, { job, control, spec, watch }: Once): Promise<WorkerEnd> {
  return runWorker(context, {
    job,
    control,
    folder: context.home.runFolder(spec.id),
    device: spec.device,
    restart: spec.adjustments.length,
    beforeStart: () => forgetLastEnd(context, spec.id),
    readOn: async () => {
      const worker = jobById(context.store, job.id)?.worker;
      if (worker) await watch.look(worker.pid);
      await readOn(context, spec, control);
    },
  });
}

/** What an earlier attempt said of its end must not be taken for this one's. */
function forgetLastEnd(context: LabContext, runId: string): void {
  const { progress } = runRow(context.store, runId);
  saveProgress(context.store, runId, { ...progress, phase: null, outcome: null, error: null });
}

async function readOn(context: LabContext, spec: RunSpec, control: JobControl): Promise<void> {
  if (!(await ingestRun(context, spec.id))) return;
  const { progress } = runRow(context.store, spec.id);
  if (progress.totalSteps !== null) {
    const share = progress.steps / progress.totalSteps;
    control.progress(share, secondsLeftOf(progress), adjustmentNote(spec));
  }
}

/** Whether a worker ended because memory ran out, and when: a smaller step helps only steps. */
type Shortage = 'none' | 'before training' | 'while training';

async function shortageOf(
  context: LabContext,
  runId: string,
  end: WorkerEnd,
  watch: OomWatch,
): Promise<Shortage> {
  const { progress } = runRow(context.store, runId);
  if (end.kind === 'detached' || progress.outcome !== null) return 'none';
  const said = progress.error?.code === 'out_of_memory';
  const killed =
    progress.error === null &&
    !end.killed &&
    (end.report === null || end.report.signal === 'SIGKILL') &&
    (await watch.sawKill());
  if (!said && !killed) return 'none';
  if (progress.phase === 'saving') return 'none';
  return progress.phase === 'training' ? 'while training' : 'before training';
}

async function outcomeOf(
  context: LabContext,
  spec: RunSpec,
  end: WorkerEnd,
  shortage: Shortage,
): Promise<JobOutcome> {
  if (end.kind === 'detached') return { kind: 'detached' };
  const folder = context.home.runFolder(spec.id);
  const { progress } = runRow(context.store, spec.id);
  if (progress.outcome === 'completed') return { kind: 'done' };
  if (progress.outcome === 'stopped') return { kind: 'stopped' };
  const checkpoints = await checkpointsOf(folder);
  const failure: FailureCard = await failureCard({
    folder,
    title: `Training "${spec.name}" failed`,
    error:
      shortage === 'none'
        ? progress.error
        : memoryError(progress.error, spec, shortage === 'while training'),
    report: end.report,
    killed: end.killed,
    canResume: checkpoints.some((checkpoint) => checkpoint.complete),
  });
  return { kind: 'failed', failure };
}
