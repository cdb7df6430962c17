/** Keeps the queue going after a shell has gone: a detached `lab queue run` that ends when idle. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Starts the scheduler and lets go of it. Works from Node and from inside Electron, whose
 * executable then behaves as Node. Returns the pid, or null when it could not be started.
 *
 * @param home lab home, absolute
 * @param labScript the built `lab` command
 */
export function startBackgroundScheduler(home: string, labScript: string): number | null {
  const log = openSync(join(home, 'logs', 'background-scheduler.log'), 'a', 0o600);
  try {
    const child = spawn(process.execPath, [labScript, 'queue', 'run', '--home', home], {
      cwd: home,
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    // Without a listener a failed start would end the shell that is about to close anyway.
    child.on('error', () => undefined);
    child.unref();
    return child.pid ?? null;
  } finally {
    closeSync(log);
  }
}
