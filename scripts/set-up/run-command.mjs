import { spawn } from 'node:child_process';
import { SetUpError } from './set-up-error.mjs';

const keptLines = 40;

/**
 * Runs a program to its end without a terminal; stdout never reaches ours.
 * Returns its stdout. `onLine` sees each line of stdout and stderr as it comes.
 * @throws SetUpError with the last lines when it cannot start, fails or outlives `timeout` (ms)
 */
export function runCommand(file, args, { cwd, env, onLine, shell = false, timeout } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
      shell,
      timeout,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines = [];
    let output = '';
    const follow = (stream, keep) => {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk) => {
        if (keep) output += chunk;
        const parts = (rest + chunk).split(/\r\n|\n|\r/);
        rest = parts.pop() ?? '';
        for (const line of parts) {
          if (line.trim() === '') continue;
          lines.push(line);
          if (lines.length > keptLines) lines.shift();
          onLine?.(line);
        }
      });
      stream.on('end', () => rest.trim() && lines.push(rest));
    };
    follow(child.stdout, true);
    follow(child.stderr, false);
    const command = [file, ...args].join(' ');
    child.on('error', (error) => reject(new SetUpError(`${command}: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else {
        const end = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
        reject(new SetUpError(`${command} ${end}`, { lines }));
      }
    });
  });
}
