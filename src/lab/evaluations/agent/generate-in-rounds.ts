/** Generates the answers of an agent: the lab checks them round by round while the model waits. */
import type { Task } from '@shared/benchmark';
import type { EvaluationSpec } from '@shared/evaluation';
import type { Job } from '@shared/job';
import type { LabContext } from '../../context';
import { askAll, endpointFailure } from '../../endpoints/generate';
import type { WorkerEnd } from '../../process/supervise';
import type { JobControl, JobOutcome } from '../../queue/job-runner';
import { runWorker } from '../../queue/run-worker';
import type { Judge } from '../judge/open-judge';
import { generationOutcome } from '../worker-end';
import { addAnswer } from './agent-files';
import { AgentLoop, type AgentParts, AnswersMissing } from './agent-loop';

export interface AgentGeneration {
  readonly folder: string;
  readonly spec: EvaluationSpec;
  readonly tasks: readonly Task[];
  readonly judge: Judge;
  readonly control: JobControl;
  readonly job: Job;
  /** Reads on in `generations.jsonl`; called a few times a second. */
  readonly readOn: () => Promise<void>;
  readonly tell: (message: string) => void;
}

/** Null when every generation is there; else how the job ended. */
export function generateInRounds(
  context: LabContext,
  run: AgentGeneration,
): Promise<JobOutcome | null> {
  return run.spec.subject.kind === 'endpoint' ? atEndpoint(context, run) : inWorker(context, run);
}

function partsOf(run: AgentGeneration, signal: AbortSignal, once: boolean): AgentParts {
  const { folder, spec, tasks, judge, tell } = run;
  return { folder, spec, tasks, judge, signal, once, tell };
}

async function atEndpoint(context: LabContext, run: AgentGeneration): Promise<JobOutcome | null> {
  const { folder, spec, control } = run;
  const { closing, stopRequested } = control;
  const signal = AbortSignal.any([closing, stopRequested]);
  try {
    const loop = await AgentLoop.open(partsOf(run, signal, false));
    await loop.run((round, asks) =>
      askAll(context, spec, asks, signal, async (generation) => {
        await addAnswer(folder, { ...generation, round });
        await run.readOn();
      }),
    );
    return null;
  } catch (error) {
    if (closing.aborted) return { kind: 'detached' };
    if (stopRequested.aborted) return { kind: 'stopped' };
    return { kind: 'failed', failure: endpointFailure(spec, error) };
  } finally {
    await run.readOn();
  }
}

/** One worker for all rounds: it waits, with the model loaded, for what is asked next. */
async function inWorker(context: LabContext, run: AgentGeneration): Promise<JobOutcome | null> {
  const { folder, spec, control } = run;
  const broken = new AbortController();
  const stopRequested = AbortSignal.any([control.stopRequested, broken.signal]);
  const signal = AbortSignal.any([control.closing, control.stopRequested]);
  const loop = await AgentLoop.open(partsOf(run, signal, true));
  const worker: Promise<WorkerEnd> = runWorker(context, {
    job: run.job,
    control: { ...control, stopRequested },
    folder,
    device: spec.device,
    backend: spec.backend,
    readOn: run.readOn,
  });
  const workerOver = worker.then(() => undefined);
  let failure: unknown = null;
  try {
    await loop.run(() => workerOver);
  } catch (error) {
    failure = error;
    // Nobody would ask the worker anything any more.
    broken.abort();
  }
  const end = await worker;
  await run.readOn();
  const expected = failure === null || failure instanceof AnswersMissing || signal.aborted;
  if (!expected) throw failure;
  return generationOutcome(spec, folder, end, failure === null);
}
