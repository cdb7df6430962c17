/**
 * Starts python/lorabench/install_environment.py, which `lab environments install` starts as well:
 * one way to make an environment, one format of its stamp. Only finding Python and listening to the
 * installer exist twice, because a fresh clone has no packages that src/lab could run with.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inRepository } from './paths.mjs';
import { SetUpError } from './set-up-error.mjs';

const keptLines = 20;
/** Another set-up or the app may be making the same environment: it is worth waiting for. */
const waitSeconds = 3600;

/**
 * Resolves when the installer has done what the order says.
 * @param order as python/lorabench/install_order.py describes it
 * @throws SetUpError with the installer's own words
 */
export function runInstaller(python, order, progress) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-m', 'lorabench.install_environment'], {
      cwd: inRepository('python'),
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let problem = null;
    const lines = [];
    const keep = (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
    };
    // The pipe stays open: its end tells the installer that this process is gone.
    child.stdin.on('error', () => undefined);
    child.stdin.write(`${JSON.stringify({ ...order, waitSeconds })}\n`);
    createInterface({ input: child.stderr }).on('line', keep);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = parse(line);
      if (message.kind === 'progress') progress.line(message.message);
      else if (message.kind === 'say') progress.say(`  ${message.text}`);
      else if (message.kind === 'error') problem = message;
      else if (message.kind === 'log') keep(message.line);
    });
    child.on('error', (error) => reject(new SetUpError(`${python}: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else if (problem)
        reject(
          new SetUpError(`${problem.what} ${problem.why}`, {
            lines: problem.log,
            fix: problem.fix,
          }),
        );
      else {
        const end = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
        reject(new SetUpError(`The installer of ${order.name} ${end}.`, { lines }));
      }
    });
  });
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return { kind: 'log', line };
  }
}
