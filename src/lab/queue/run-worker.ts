/** Runs the Python worker of a job in its folder: starts it, or takes it up again, to its end. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationSpec } from '@shared/evaluation';
import type { Job } from '@shared/job';
import type { Device } from '@shared/machine';
import type { LabContext } from '../context';
import {
  findEnvironment,
  type PythonEnvironment,
  requireEnvironment,
} from '../environments/python';
import type { ProcessIdentity } from '../process/identity';
import { superviseWorker, type WorkerEnd } from '../process/supervise';
import { startWorker } from '../process/worker';
import { jobById } from './job-rows';
import type { JobControl } from './job-runner';

export interface WorkerRun {
  readonly job: Pick<Job, 'id' | 'attempt'>;
  readonly control: JobControl;
  /** Holds spec.json; the worker writes everything else there. */
  readonly folder: string;
  /** Decides the Python environment and the threads. */
  readonly device: Pick<Device, 'kind' | 'recorded'> & { readonly threads: number };
  /** Instead of the device's own environment. */
  readonly environment?: PythonEnvironment;
  /** llama.cpp has an environment of its own, whatever the device. */
  readonly backend?: EvaluationSpec['backend'];
  /** Tells restarts within one attempt of the job apart. */
  readonly restart?: number;
  /** Called before a worker is started, not when one is taken up again. */
  readonly beforeStart?: () => void;
  /** Reads on what the worker has written; called a few times a second and once after its end. */
  readonly readOn: () => Promise<void>;
  readonly variables?: Readonly<Record<string, string>>;
}

/** @throws LabError when there is no environment or the worker cannot be started. */
export async function runWorker(context: LabContext, run: WorkerRun): Promise<WorkerEnd> {
  const { control, folder, job } = run;
  const attempt = `${job.id}.${job.attempt}${run.restart ? `.${run.restart}` : ''}`;
  // A scheduler that died between marking the job and starting its worker left no worker behind.
  const known = control.reattach ? jobById(context.store, job.id)?.worker : null;
  return superviseWorker({
    folder,
    identity: known ?? (await begin(context, run, attempt)),
    attempt,
    closing: control.closing,
    stopRequested: control.stopRequested,
    readOn: run.readOn,
  });
}

async function begin(
  context: LabContext,
  run: WorkerRun,
  attempt: string,
): Promise<ProcessIdentity> {
  await rm(join(run.folder, 'control.json'), { force: true });
  await rm(join(run.folder, 'exit.json'), { force: true });
  run.beforeStart?.();
  const { python } = run.environment ?? (await environmentOf(context, run));
  const identity = await startWorker({
    command: {
      program: python,
      arguments: ['-m', 'lorabench'],
      pythonPath: context.places.python,
    },
    folder: run.folder,
    attempt,
    threads: run.device.threads,
    variables: run.variables ?? {},
  });
  context.store.run(
    'UPDATE jobs SET worker_json = ? WHERE id = ?',
    JSON.stringify(identity),
    run.job.id,
  );
  return identity;
}

async function environmentOf(context: LabContext, run: WorkerRun): Promise<PythonEnvironment> {
  return run.backend === 'llama-cpp'
    ? requireEnvironment(context, 'llama-cpp')
    : findEnvironment(context, run.device);
}
