import { withLock } from './lock.mjs';
import { inRepository } from './paths.mjs';
import { createProgress } from './progress.mjs';
import { SetUpError } from './set-up-error.mjs';

const lockFile = inRepository('.set-up.lock');

async function runStep(step, number, count, progress) {
  const shown = progress.begin(number, count, step.name, step.note);
  try {
    shown.done(await step.run(shown));
  } catch (error) {
    shown.fail('failed');
    throw error;
  }
}

/**
 * Runs the steps in their lanes: in order within a lane, lanes at the same time, and a step not
 * before those of other lanes that it names in `after`. When one fails, nothing new begins.
 */
async function runLanes(missing, progress) {
  const ended = new Map();
  const lanes = new Map();
  let failure = null;
  for (const [index, step] of missing.entries()) {
    const before = [
      lanes.get(step.lane),
      ...(step.after ?? []).map((other) => ended.get(other.name)),
    ];
    const run = Promise.all(before).then(async () => {
      // What another step brought along need not run.
      if (failure === null && !step.isDone())
        await runStep(step, index + 1, missing.length, progress);
    });
    const settled = run.catch((error) => {
      failure ??= error;
    });
    lanes.set(step.lane, settled);
    ended.set(step.name, settled);
  }
  await Promise.all(lanes.values());
  if (failure !== null) throw failure;
}

/**
 * Brings what is missing. Silent and quick when nothing is; two at once wait for each other.
 * Everything it says goes to stderr.
 * @param steps {name, note?, lane?, after?, isDone(): boolean, run(progress): Promise<string | undefined>},
 *   each behind those that it needs
 */
export async function setUp(steps, progress = createProgress()) {
  if (steps.every((step) => step.isDone())) return;
  const onWait = (pid) =>
    progress.say(`Another set-up is running (process ${pid}); waiting for it.`);
  await withLock(
    lockFile,
    () =>
      runLanes(
        steps.filter((step) => !step.isDone()),
        progress,
      ),
    { onWait },
  );
}

/** Whether a Node version such as 20.17.0 is at least 20.17. */
export function isNodeRecent(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 17);
}

/** As `setUp`, and ends the process with a readable message when a step fails. */
export async function setUpOrExit(steps) {
  try {
    if (!isNodeRecent(process.versions.node))
      throw new SetUpError(`This is Node ${process.versions.node}; 20.17 or newer is needed.`, {
        fix: 'install a newer Node from https://nodejs.org/',
      });
    await setUp(steps);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    for (const line of error.lines) process.stderr.write(`    ${line}\n`);
    process.stderr.write(`\nThe set-up stopped: ${error.message}\n`);
    if (error.fix) process.stderr.write(`To go on: ${error.fix}\n`);
    process.exit(1);
  }
}
