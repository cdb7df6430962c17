/** The machine that this program runs on. */
import { access, constants, readdir, readFile } from 'node:fs/promises';
import { availableParallelism, cpus, hostname, release, totalmem, type } from 'node:os';
import { withinLimit } from './limits';
import { type MachineSources, type Reading, toolLimitMilliseconds } from './machine-sources';
import { naturalOrder } from './natural-order';
import { commandLines, runCommand } from './run-command';

/** The kernel answers these files at once; a driver that hangs may not answer at all. */
const readLimitMilliseconds = 2_000;

export function thisMachine(): MachineSources {
  return {
    recording: null,
    platform: process.platform,
    architecture: process.arch,
    hostName: hostname(),
    operatingSystem: `${type()} ${release()}`,
    processor: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    environment: process.env,
    read: (path) =>
      withinLimit(readAnyFile(path), readLimitMilliseconds, () => ({
        kind: 'failed',
        why: `no answer in ${readLimitMilliseconds / 1000} s`,
        hangs: true,
      })),
    list: (path) =>
      withinLimit(
        readdir(path).then(naturalOrder, () => []),
        readLimitMilliseconds,
        () => [],
      ),
    access: (path) =>
      withinLimit(
        access(path, constants.R_OK | constants.W_OK).then(
          () => 'open' as const,
          (error: unknown) => (codeOf(error) === 'ENOENT' ? 'missing' : 'denied'),
        ),
        readLimitMilliseconds,
        () => 'denied',
      ),
    run: (command, args, limit = toolLimitMilliseconds) => runCommand(command, args, limit),
    lines: commandLines,
  };
}

export async function readAnyFile(path: string): Promise<Reading> {
  try {
    return { kind: 'text', text: (await readFile(path, 'utf8')).trim() };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return { kind: 'missing' };
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'denied' };
    return { kind: 'failed', why: code, hangs: false };
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'error';
}
