import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { electronExecutable } from './set-up/electron.mjs';
import { inRepository, repository } from './set-up/paths.mjs';

/** Whether a window can be shown; only Linux says when it cannot. */
export function hasDisplay(environment = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/** Chromium's own sandbox refuses to run as root, and only then it is switched off. */
export const sandboxEnvironment = () =>
  process.getuid?.() === 0 ? { ELECTRON_DISABLE_SANDBOX: '1' } : {};

/** Opens the window; ends with Electron's exit code. */
export function openWindow({ home, rest }) {
  const child = spawn(electronExecutable(), [repository, ...rest], {
    stdio: 'inherit',
    env: {
      ...process.env,
      ...sandboxEnvironment(),
      ...(home && { LORABENCH_HOME: resolve(home) }),
    },
  });
  // Ctrl-C reaches the window by itself; a signal sent to us alone has to be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Runs the built `lab` command in this process: stdout, signals and the exit code are its own. */
export async function runLab(words) {
  const command = inRepository('out', 'cli', 'lab.js');
  process.argv = [process.argv[0], command, ...words];
  await import(pathToFileURL(command).href);
}

export const serve = ({ home, port, rest }) =>
  runLab([
    'serve',
    ...(home ? ['--home', resolve(home)] : []),
    ...(port ? ['--port', port] : []),
    ...rest,
  ]);
