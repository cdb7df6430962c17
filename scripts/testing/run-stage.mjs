import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { sandboxEnvironment } from '../launch.mjs';
import { openDisplay } from './display.mjs';
import { readReport, removeReport, stageTests } from './reports.mjs';

/** Each line of a stream under the stage's name, as stages that run together print theirs. */
function printUnder(name, stream) {
  createInterface({ input: stream }).on('line', (line) => console.log(`${name} │ ${line}`));
}

function runToEnd({ name, file, args, cwd, env, shared }) {
  return new Promise((resolve) => {
    const output = shared ? 'pipe' : 'inherit';
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', output, output] });
    if (shared) for (const stream of [child.stdout, child.stderr]) printUnder(name, stream);
    const stop = () => child.kill('SIGTERM');
    process.once('SIGINT', stop).once('SIGTERM', stop);
    child.on('error', (error) => {
      console.error(String(error));
      resolve(127);
    });
    child.on('close', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs one stage, or the `places` of it again; never throws, since other stages run in any case.
 * @param options `shared`: other stages print at the same time
 * @returns {Promise<{tests: object[], seconds: number}>}
 */
export async function runStage(stage, { shared = false, places = null } = {}) {
  const start = performance.now();
  const report = stage.report(places === null ? stage.name : `${stage.name}-again`);
  let exitCode = 1;
  await removeReport(report);
  try {
    const display = stage.needsDisplay ? await openDisplay() : null;
    const env = {
      ...process.env,
      ...(stage.needsDisplay && sandboxEnvironment()),
      ...display?.environment,
      ...stage.env?.(report),
    };
    const args = [...stage.args(report), ...(places === null ? [] : stage.placesArguments(places))];
    exitCode = await runToEnd({ ...stage, args, env, shared });
    display?.close();
  } catch (error) {
    console.error(String(error));
  }
  const tests = stageTests(stage.read, await readReport(report), exitCode);
  return { tests, seconds: (performance.now() - start) / 1000 };
}
