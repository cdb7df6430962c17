/** Starts Python workers detached from the lab, so that closing the lab does not end a training. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LabError } from '@shared/errors';
import { identityOf, type ProcessIdentity } from './identity';

export interface WorkerCommand {
  readonly program: string;
  /** The job's folder is appended as the last one. */
  readonly arguments: readonly string[];
  readonly pythonPath: string;
}

export interface WorkerStart {
  readonly command: WorkerCommand;
  readonly folder: string;
  /** Written back in exit.json, so that an earlier attempt's report is not taken for this one's. */
  readonly attempt: string;
  readonly threads: number;
  /** Added to the worker's environment variables, in place of the usual ones. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Starts the keeper of a job in its own session; its output goes to `worker.log` in the folder.
 * @throws LabError when the program cannot be started.
 */
export async function startWorker(start: WorkerStart): Promise<ProcessIdentity> {
  const { command, folder } = start;
  const log = openSync(join(folder, 'worker.log'), 'a', 0o644);
  try {
    const child = spawn(command.program, [...command.arguments, folder], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
      env: workerEnvironment(start),
    });
    await once(child, 'spawn');
    child.unref();
    const identity = child.pid === undefined ? null : identityOf(child.pid);
    // It may already have ended; a made-up start time then says so at the first look.
    return identity ?? { pid: child.pid ?? 1, startTime: 'ended at once' };
  } catch (error) {
    throw new LabError({
      code: 'failed',
      what: `The worker could not be started: ${command.program}`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Run `npm run lab -- doctor`; it names what is missing.',
    });
  } finally {
    closeSync(log);
  }
}

function workerEnvironment(start: WorkerStart): NodeJS.ProcessEnv {
  const inherited = process.env.PYTHONPATH;
  return {
    ...process.env,
    LORABENCH_ATTEMPT: start.attempt,
    PYTHONPATH: [start.command.pythonPath, inherited].filter(Boolean).join(delimiter),
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    OMP_NUM_THREADS: String(start.threads),
    TOKENIZERS_PARALLELISM: 'false',
    // Left alone CUDA numbers the fastest card first; cuda:1 is meant as nvidia-smi counts.
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    // The network is used only where the user asked; a model is a local folder by now.
    HF_HUB_OFFLINE: '1',
    HF_DATASETS_OFFLINE: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
    // glibc raises this by itself to 32 MB, and then keeps freed tensors in holes that nothing fits:
    // a training on the CPU took up to twice the memory. Fixed at 4 MiB it costs 3 % of its time.
    MALLOC_MMAP_THRESHOLD_: process.env.MALLOC_MMAP_THRESHOLD_ ?? String(4 * 1024 * 1024),
    ...start.variables,
  };
}
