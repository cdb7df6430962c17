/** The commands of a toolchain as confined programs. */
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Toolchain } from '@shared/toolchain';
import type { ConstructFinder } from '../constructs/find-constructs';
import type { Boxes } from '../sandbox/box';
import { type Captured, runConfined, type Talk } from '../sandbox/run-confined';
import type { ConfinedProgram, Limits, Sandbox, SharedFolder } from '../sandbox/sandbox';
import { commandLine, type FoundToolchain } from '../toolchains/find-toolchain';
import type { Testers } from './calls/testers';

export interface JudgeParts {
  readonly toolchain: FoundToolchain;
  readonly sandbox: Sandbox;
  readonly constructs: ConstructFinder;
  readonly boxes: Boxes;
  /** Null where the toolchain's hidden tests need none. */
  readonly testers: Testers | null;
  /** A folder that builds share and no judged program sees; null without builds. */
  readonly cache: string | null;
  /** What the toolchain's `prepare` made, to read; null without it. */
  readonly prepared: string | null;
  /** A part for names that no judged program can guess. */
  readonly mark: string;
}

/** A compiler starts many threads; what it compiles does not run yet. */
const buildProcesses = 1024;
const startAttempts = 3;

/** A command that may run judged code: it writes nowhere, and sees nothing that others built. */
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
    folders: [...outFolder(out, false), ...preparedFolder(parts)],
  };
}

/** A command that compiles or checks and never runs judged code: it may write to {out} and {cache}. */
export function builder(
  parts: JudgeParts,
  command: readonly string[],
  out: string | null = null,
): ConfinedProgram {
  const { definition, environment } = parts.toolchain;
  const { cache } = parts;
  return {
    ...program(parts, command, out),
    environment: { ...definition.environment, ...definition.buildEnvironment, ...environment },
    limits: builderLimits(definition),
    folders: [
      ...outFolder(out, true),
      ...(cache === null ? [] : [{ name: 'cache' as const, path: cache, writable: true }]),
      ...preparedFolder(parts),
    ],
  };
}

export const builderLimits = (definition: Toolchain): Limits => ({
  timeoutSeconds: definition.buildSeconds,
  memoryMegabytes: Math.max(definition.memoryMegabytes, 2048),
  outputBytes: definition.outputBytes,
  processes: buildProcesses,
});

const outFolder = (out: string | null, writable: boolean): readonly SharedFolder[] =>
  out === null ? [] : [{ name: 'out', path: out, writable }];

export const preparedFolder = ({ prepared }: Pick<JudgeParts, 'prepared'>): SharedFolder[] =>
  prepared === null ? [] : [{ name: 'prepared', path: prepared, writable: false }];

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
