/** Tools of drivers as processes: one that hangs in its driver is left behind, not waited for. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type CommandEnd, toolLimitMilliseconds } from './machine-sources';

/** More than any tool here says; what comes after is dropped. */
const mostCharacters = 4_000_000;

/** Numbers and messages in one language whatever the user's. */
const plain = { LC_ALL: 'C', LANG: 'C' };

export function runCommand(
  command: string,
  args: readonly string[],
  limitMilliseconds = toolLimitMilliseconds,
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...plain },
      windowsHide: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < mostCharacters) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < mostCharacters) stderr += text;
    });
    const timer = setTimeout(() => {
      abandon(child);
      resolve({ kind: 'timeout' });
    }, limitMilliseconds);
    child.once('error', () => {
      clearTimeout(timer);
      resolve({ kind: 'missing' });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ kind: 'ended', exitCode: code ?? 1, stdout, stderr });
    });
  });
}

/** A process that waits inside its driver does not die of SIGKILL: nothing here may wait for it. */
function abandon(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

/** Lines as they come; ends when the tool ends, cannot be started, or the signal is aborted. */
export async function* commandLines(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  if (signal.aborted) return;
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...plain },
    windowsHide: true,
  });
  const waiting: string[] = [];
  let half = '';
  let over = false;
  let wake = (): void => undefined;
  const end = (): void => {
    over = true;
    wake();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (half + text).split(/\r?\n/);
    half = (lines.pop() ?? '').slice(-mostCharacters);
    waiting.push(...lines);
    wake();
  });
  child.once('error', end);
  child.once('close', end);
  signal.addEventListener('abort', end);
  try {
    for (;;) {
      for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) {
        if (signal.aborted) return;
        yield line;
      }
      if (over || signal.aborted) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', end);
    abandon(child);
  }
}
