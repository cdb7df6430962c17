/**
 * A recording of another machine: a folder that stands for its files and tools.
 *
 *     machine.json      what the machine is, see `recordingSchema`
 *     files/sys/…       its files; a colon in a name is written `_`
 *     files/proc/…
 *     commands/X.txt    what a tool prints; X is the tool, or named in machine.json
 *
 * A tool without a file is not installed. `machine.json` says what else a tool does: exit with
 * another code, complain on stderr, or hang. A recorded machine is read only; what trains on it is
 * computed on this machine's CPU (`Device.recorded`).
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '@shared/errors';
import { z } from 'zod';
import { type CommandEnd, type MachineSources, toolLimitMilliseconds } from './machine-sources';
import { naturalOrder } from './natural-order';
import { readAnyFile } from './this-machine';

const commandSchema = z.object({
  run: z.string().describe('the command line as it begins; the first entry that fits is taken'),
  file: z.string().optional().describe('of its output in commands/'),
  exitCode: z.int().default(0),
  stderr: z.string().default(''),
  hangs: z.boolean().default(false),
  takesMilliseconds: z.int().default(0),
});

export const recordingSchema = z.object({
  title: z.string(),
  sources: z.array(z.string()).min(1).describe('where each fact was published'),
  platform: z.enum(['linux', 'darwin', 'win32']),
  architecture: z.enum(['x64', 'arm64']),
  hostName: z.string(),
  operatingSystem: z.string(),
  processor: z.string(),
  cores: z.int().min(1),
  memoryBytes: z.int().min(1),
  environment: z.record(z.string(), z.string()).default({}),
  /** Device nodes; others are missing. */
  access: z.record(z.string(), z.enum(['open', 'denied'])).default({}),
  /** Beginnings of paths that cannot be read. */
  denied: z.array(z.string()).default([]),
  /** Files that end in an error of the driver, with its code. */
  failing: z.record(z.string(), z.string()).default({}),
  commands: z.array(commandSchema).default([]),
});
export type Recording = z.infer<typeof recordingSchema>;

/** @throws LabError when the folder holds no recording. */
export async function recordedMachine(folder: string): Promise<MachineSources> {
  const recording = await readRecording(folder);
  const fileOf = (path: string): string => join(folder, 'files', path.replaceAll(':', '_'));
  const run = (command: string, args: readonly string[], limit = toolLimitMilliseconds) =>
    replay(folder, recording, command, args, limit);
  return {
    recording: recording.title,
    platform: recording.platform,
    architecture: recording.architecture,
    hostName: recording.hostName,
    operatingSystem: recording.operatingSystem,
    processor: recording.processor,
    cores: recording.cores,
    memoryBytes: recording.memoryBytes,
    environment: recording.environment,
    async read(path) {
      if (recording.denied.some((beginning) => path.startsWith(beginning))) {
        return { kind: 'denied' };
      }
      const why = recording.failing[path];
      return why === undefined ? readAnyFile(fileOf(path)) : { kind: 'failed', why, hangs: false };
    },
    async list(path) {
      if (recording.denied.includes(path)) return [];
      return readdir(fileOf(path)).then(naturalOrder, () => []);
    },
    async access(path) {
      return recording.access[path] ?? 'missing';
    },
    run,
    async *lines(command, args, signal) {
      // The same reading each second, as the tool would write it.
      while (!signal.aborted) {
        const end = await run(command, args);
        if (end.kind !== 'ended' || end.exitCode !== 0) return;
        for (const line of end.stdout.split('\n')) if (line.trim() !== '') yield line;
        await sleep(1_000, undefined, { signal, ref: false }).catch(() => undefined);
      }
    },
  };
}

async function readRecording(folder: string): Promise<Recording> {
  try {
    const text = await readFile(join(folder, 'machine.json'), 'utf8');
    return recordingSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new LabError({
      code: 'bad_input',
      what: `LORABENCH_MACHINE names ${folder}, which holds no recording of a machine.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Name a folder with a machine.json, or unset LORABENCH_MACHINE to use this machine.',
    });
  }
}

async function replay(
  folder: string,
  recording: Recording,
  command: string,
  args: readonly string[],
  limitMilliseconds: number,
): Promise<CommandEnd> {
  const line = [command, ...args].join(' ');
  const entry = recording.commands.find(({ run }) => line.startsWith(run));
  const waits = entry?.hangs ? Number.POSITIVE_INFINITY : (entry?.takesMilliseconds ?? 0);
  if (waits > 0) await sleep(Math.min(waits, limitMilliseconds));
  if (waits > limitMilliseconds) return { kind: 'timeout' };
  const output = await readFile(
    join(folder, 'commands', entry?.file ?? `${command.split('/').at(-1)}.txt`),
    'utf8',
  ).catch(() => null);
  if (entry === undefined && output === null) return { kind: 'missing' };
  return {
    kind: 'ended',
    exitCode: entry?.exitCode ?? 0,
    stdout: output ?? '',
    stderr: entry?.stderr ?? '',
  };
}
