/**
 * The environment of the user's login shell. An app that is started from a dock or a menu does not
 * see what `.zprofile`, `.bashrc` and the like set: PATH, HSA_OVERRIDE_GFX_VERSION, CUDA_HOME,
 * HF_HOME, HF_TOKEN, proxies. What works in a terminal must work in the app.
 *
 * Written here although the package shell-env does nearly this: it has no time limit and leaves a
 * shell behind that waits for input, and it cuts a value at its first line end.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';

export type Variables = Readonly<Record<string, string | undefined>>;

const limitMilliseconds = 3_000;
/** Beyond this it is no environment but something that a profile prints without end. */
const mostBytes = 4 * 1024 * 1024;

/** Of the shell itself, or of the session that the app runs in: the app's own are right. */
const ownOfShell =
  /^(_|SHLVL|PWD|OLDPWD|TERM.*|COLORTERM|PS\d|PROMPT.*|COLUMNS|LINES|BASH_FUNC_.*|DISABLE_AUTO_UPDATE)$/;
const ownOfSession =
  /^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_.*|XDG_.*|ELECTRON_.*|NODE_OPTIONS|NODE_CHANNEL_FD)$/;

/** Whether a shell's environment is missing: no terminal, and not started by a shell in one. */
export function isStartedWithoutTerminal(
  variables: Variables = process.env,
  hasTerminal: () => boolean = onTerminal,
  platform: NodeJS.Platform = process.platform,
): boolean {
  return platform !== 'win32' && variables.TERM === undefined && !hasTerminal();
}

function onTerminal(): boolean {
  return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
}

/**
 * The variables of the login shell; null when it has none to give within the limit. Never rejects.
 * A profile that waits for ever is ended with everything that it started.
 */
export function readLoginShell(
  options: {
    readonly shell?: string;
    readonly variables?: Variables;
    readonly milliseconds?: number;
  } = {},
): Promise<Variables | null> {
  const shell = options.shell ?? userShell();
  if (shell === null) return Promise.resolve(null);
  const mark = randomUUID();
  // `env -0` ends values with a zero byte, so that a line end may be part of one.
  const print = `command printf %s ${mark}; command env -0 2>/dev/null || command env; command printf %s ${mark}`;
  // A shell that is not told to be interactive does not read .bashrc and .zshrc.
  const words = /(^|\/)fish$/.test(shell)
    ? ['-l', '-c', `printf %s ${mark}; env -0; or env; printf %s ${mark}`]
    : ['-i', '-l', '-c', print];
  return new Promise((resolve) => {
    const child = spawn(shell, words, {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
      env: { ...(options.variables ?? process.env), DISABLE_AUTO_UPDATE: 'true' },
    });
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      endGroup(child.pid);
      resolve(parse(Buffer.concat(parts).toString('utf8'), mark));
    };
    const timer = setTimeout(finish, options.milliseconds ?? limitMilliseconds);
    child.stdout.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size > mostBytes) finish();
    });
    // Something that a profile started may hold the pipe open; the shell's own end is enough.
    child.on('exit', () => setImmediate(finish));
    child.on('error', finish);
  });
}

/** Between the two marks; null when the second never came. */
function parse(output: string, mark: string): Variables | null {
  const parts = output.split(mark);
  const text = parts[1];
  if (parts.length < 3 || text === undefined) return null;
  const lines = text.includes('\0') ? text.split('\0') : text.split('\n');
  const found = lines.flatMap((line) => {
    const at = line.indexOf('=');
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}

/**
 * What of the shell's environment to set in this process. The PATH of the shell comes first and
 * keeps what only this process has; LORABENCH_… of this process was given on purpose.
 */
export function missingVariables(shell: Variables, own: Variables): Record<string, string> {
  const set: Record<string, string> = {};
  for (const [name, value] of Object.entries(shell)) {
    if (value === undefined || value === own[name]) continue;
    if (ownOfShell.test(name) || ownOfSession.test(name)) continue;
    if (name.startsWith('LORABENCH_') && own[name] !== undefined) continue;
    set[name] = name === 'PATH' ? joinPaths(value, own.PATH ?? '') : value;
  }
  return set;
}

function joinPaths(first: string, second: string): string {
  return [...new Set([...first.split(':'), ...second.split(':')])].filter(Boolean).join(':');
}

function userShell(): string | null {
  try {
    return process.env.SHELL || userInfo().shell || null;
  } catch {
    return process.env.SHELL || null;
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}
