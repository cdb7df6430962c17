/** The commands of a toolchain as confined programs. */
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConstructFinder } from '../constructs/find-constructs';
import type { Boxes } from '../sandbox/box';
import { type Captured, runConfined, type Talk } from '../sandbox/run-confined';
import type { ConfinedProgram, Sandbox, SharedFolder } from '../sandbox/sandbox';
import { commandLine, type FoundToolchain } from '../toolchains/find-toolchain';
import type { Testers } from './calls/testers';

export interface JudgeParts {
  readonly toolchain: FoundToolchain;
  readonly sandbox: Sandbox;
  readonly constructs: ConstructFinder;
  readonly boxes: Boxes;
  /** Null where the toolchain's hidden tests need none. */
  readonly testers: Testers | null;
  /** A folder that builds share and no judged program can write to; null without builds. */
  readonly cache: string | null;
}

/** A compiler starts many threads; what it compiles does not run yet. */
const buildProcesses = 1024;
const startAttempts = 3;

/** A command that may run judged code. `folders` are all read-only to it. */
export function program(
  parts: JudgeParts,
  command: readonly string[],
  out: string | null = null,
): ConfinedProgram {
  const { definition, readable, environment } = parts.toolchain;
  return {
    argv: argvOf(parts.toolchain, command),
    readable,
    environment: { ...definition.environment, ...environment },
    limits: definition,
    folders: shared(parts, out, false),
  };
}

/** A command that compiles or checks and never runs judged code: it may write to {out} and {cache}. */
export function builder(
  parts: JudgeParts,
  command: readonly string[],
  out: string | null = null,
): ConfinedProgram {
  const { definition } = parts.toolchain;
  const { buildSeconds, memoryMegabytes } = definition;
  return {
    ...program(parts, command, out),
    limits: {
      timeoutSeconds: buildSeconds,
      memoryMegabytes: Math.max(memoryMegabytes, 2048),
      outputBytes: definition.outputBytes,
      processes: buildProcesses,
    },
    folders: shared(parts, out, true),
  };
}

function shared({ cache }: JudgeParts, out: string | null, writable: boolean): SharedFolder[] {
  return [
    ...(out === null ? [] : [{ name: 'out' as const, path: out, writable }]),
    ...(cache === null ? [] : [{ name: 'cache' as const, path: cache, writable }]),
  ];
}

export function argvOf(
  toolchain: FoundToolchain,
  command: readonly string[],
): readonly [string, ...string[]] {
  const { definition, program: found, drivers } = toolchain;
  const [first = found, ...rest] = commandLine(command, {
    program: found,
    folder: dirname(found),
    file: `{box}/${definition.fileName}`,
    drivers,
    node: process.execPath,
  });
  return [first, ...rest];
}

/** Where the drivers of hidden tests lie. */
export const driversFolder = (resources: string): string =>
  join(resources, 'toolchains', 'drivers');

/** A sandbox that does not start may only lack a process or memory for a moment. */
export async function runPatiently(
  sandbox: Sandbox,
  confined: ConfinedProgram,
  box: string,
  signal?: AbortSignal,
  talk?: () => Talk,
): Promise<Captured> {
  for (let attempt = 1; ; attempt += 1) {
    const captured = await runConfined(sandbox, confined, box, signal, talk?.());
    signal?.throwIfAborted();
    if (captured.ending !== 'refused' || attempt === startAttempts) return captured;
    await sleep(attempt * 250, undefined, signal === undefined ? {} : { signal });
  }
}
