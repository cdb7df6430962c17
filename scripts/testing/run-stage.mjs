import { spawn } from 'node:child_process';
import { sandboxEnvironment } from '../launch.mjs';
import { openDisplay } from './display.mjs';
import { readReport, removeReport, stageCounts } from './reports.mjs';

function runToEnd({ file, args, cwd, env }) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
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

/** Runs one stage; never throws, since the stages after it run in any case. */
export async function runStage(stage) {
  const start = performance.now();
  let exitCode = 1;
  await removeReport(stage.report);
  try {
    const display = stage.needsDisplay ? await openDisplay() : null;
    const env = {
      ...process.env,
      ...(stage.needsDisplay && sandboxEnvironment()),
      ...display?.environment,
      ...stage.env,
    };
    exitCode = await runToEnd({ ...stage, env });
    display?.close();
  } catch (error) {
    console.error(String(error));
  }
  const counts = stageCounts(stage.read, await readReport(stage.report), exitCode);
  return { name: stage.name, ...counts, seconds: (performance.now() - start) / 1000 };
}
