/** Keeps the queue going without a shell: a detached `lab queue run` that ends when idle. */
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Starts the scheduler and lets go of it. Works from Node and from inside Electron, whose
 * executable then behaves as Node. Returns the pid, or null when it could not be started.
 *
 * @param home lab home, absolute
 * @param labScript the built `lab` command
 */
export function startBackgroundScheduler(home: string, labScript: string): number | null {
  const log = openSync(join(home, 'logs', 'background-scheduler.log'), 'a', 0o600);
  const command = [process.execPath, labScript, 'queue', 'run', '--home', home];
  const [program = process.execPath, ...words] = withoutInheritedFiles(command);
  try {
    const child = spawn(program, words, {
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

const closeAndBecome =
  'for fd in $(ls /proc/self/fd); do [ "$fd" -gt 2 ] && eval "exec $fd>&-"; done; exec "$@"';

/**
 * On Linux a child of Electron inherits Chromium's own sockets and pipes, which it leaves open.
 * What the scheduler starts, generated code in its sandbox included, must not find them, and the
 * app's caller would wait for their end. Only bash can close file descriptors above nine.
 */
function withoutInheritedFiles(command: readonly string[]): readonly string[] {
  if (process.platform !== 'linux' || process.versions.electron === undefined) return command;
  const bash = findOnPath('bash');
  return bash === null ? command : [bash, '-c', closeAndBecome, 'bash', ...command];
}

function findOnPath(program: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
