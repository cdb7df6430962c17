/**
 * Makes or mends a Python environment. The installer is a child of the scheduler that ends with it:
 * after a crash the next scheduler begins anew, and what was downloaded lies in the cache.
 */
import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EnvironmentName, environmentNameSchema } from '@shared/environment-name';
import type { FailureCard } from '@shared/job';
import type { LabContext } from '../context';
import { jobsIn } from '../queue/job-rows';
import type { JobControl, JobOutcome, JobRunner } from '../queue/job-runner';
import { activeStates } from '../queue/job-state';
import { findInterpreter } from './find-python';
import { installOrder } from './install-order';
import { type InstallEnd, type InstallMessage, startInstallation } from './installer';
import { environmentOfJob } from './needed-by';
import { environmentAt } from './python';

const lookMilliseconds = 500;
/** An estimate before this share jumps about. */
const estimateFrom = 0.1;

export function createInstallRunner(context: LabContext): JobRunner {
  return {
    async run(job, control) {
      const name = environmentNameSchema.parse(job.targetId);
      const order = await installOrder(context, name);
      const interpreter = await findInterpreter(order.uv);
      const progress = progressOf(control);
      const log = logOf(context, name);
      const began = Date.now();
      progress(0, `Preparing ${name}`);

      const onMessage = (message: InstallMessage): void => {
        if (message.kind === 'progress') progress(message.share, message.message);
        if (message.kind === 'say') progress(null, message.text);
        if (message.kind === 'log') log(message.line);
        if (message.kind === 'built') {
          whenUnused(context, name, control, () => progress(0.99, 'Waiting for jobs that use it'))
            .then(installation.swap)
            .catch((error: unknown) => {
              context.log.error({ err: error }, 'an environment could not take its place');
              installation.cancel();
            });
        }
      };
      const installation = startInstallation(context, interpreter.file, order, onMessage);
      log(`# ${new Date().toISOString()} ${name}: ${interpreter.file} ${interpreter.version}`);
      for (const signal of [control.stopRequested, control.closing]) {
        if (signal.aborted) installation.cancel();
        else signal.addEventListener('abort', installation.cancel, { once: true });
      }
      const end = await installation.ended;
      log(
        `# ended after ${((Date.now() - began) / 1000).toFixed(1)} s: ${end.last?.kind ?? 'killed'}`,
      );
      return outcomeOf(name, end, control);
    },
  };
}

function outcomeOf(name: EnvironmentName, end: InstallEnd, control: JobControl): JobOutcome {
  if (end.last?.kind === 'done') return { kind: 'done' };
  if (control.stopRequested.aborted) return { kind: 'stopped' };
  if (control.closing.aborted) return { kind: 'detached' };
  return { kind: 'failed', failure: failureOf(name, end) };
}

function failureOf(name: EnvironmentName, end: InstallEnd): FailureCard {
  const ending = { exitCode: end.exitCode, signal: end.signal, details: [], canResume: false };
  if (end.last?.kind === 'error') {
    const { what, why, fix, log } = end.last;
    return { ...ending, title: what, why, fix, log };
  }
  return {
    ...ending,
    title: `The installation of ${name} ended before it was finished.`,
    why:
      end.signal === null
        ? `The installer ended with exit code ${end.exitCode ?? 'unknown'}.`
        : `The installer was ended by ${end.signal}, most often because memory ran out.`,
    fix: 'Retry it; what was downloaded is kept.',
    log: [...end.lines],
  };
}

/** Tells share and message together; a message without a share keeps the last one. */
function progressOf(control: JobControl): (share: number | null, message: string) => void {
  const began = Date.now();
  let last = 0;
  return (share, message) => {
    last = Math.max(last, share ?? 0);
    const seconds = (Date.now() - began) / 1000;
    const left = last >= estimateFrom ? (seconds / last) * (1 - last) : null;
    control.progress(last, left, message);
  };
}

/** For people who want to know what pip said; nothing depends on it. */
function logOf(context: LabContext, name: EnvironmentName): (line: string) => void {
  const path = join(context.home.logs, `install-${name}.log`);
  let writing: Promise<void> = Promise.resolve();
  return (line) => {
    writing = writing.then(() => appendFile(path, `${line}\n`)).catch(() => undefined);
  };
}

/** A worker imports as it goes: its environment must stay where it is until it has ended. */
async function whenUnused(
  context: LabContext,
  name: EnvironmentName,
  control: JobControl,
  onWait: () => void,
): Promise<void> {
  const inUse = async (): Promise<boolean> => {
    if (!existsSync(environmentAt(context, name).folder)) return false;
    for (const job of jobsIn(context.store, activeStates)) {
      if (job.deviceHeld && (await environmentOfJob(context, job)) === name) return true;
    }
    return false;
  };
  while (!control.stopRequested.aborted && !control.closing.aborted && (await inUse())) {
    onWait();
    await sleep(lookMilliseconds);
  }
}
