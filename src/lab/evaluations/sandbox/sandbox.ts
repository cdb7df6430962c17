/** What a sandbox is: a way to start a program that can harm nothing. */

import type { ControlGroups } from './control-groups';

export type SandboxName = 'bubblewrap' | 'sandbox-exec' | 'none';

export interface Limits {
  readonly timeoutSeconds: number;
  /** Of the whole process tree. */
  readonly memoryMegabytes: number;
  /** Standard output and error together. */
  readonly outputBytes: number;
  /** Processes and threads at once. */
  readonly processes: number;
}

/** A folder of this machine that a confined program sees beside its box. */
export interface SharedFolder {
  /** `{out}`, `{cache}` or `{prepared}` in the program's arguments and environment. */
  readonly name: 'out' | 'cache' | 'prepared';
  readonly path: string;
  readonly writable: boolean;
}

/** A program to start confined. */
export interface ConfinedProgram {
  /** Executable's absolute path and its arguments; `{box}` stands for the box's folder inside. */
  readonly argv: readonly [string, ...string[]];
  /** Files and folders outside the system's own that it must read. */
  readonly readable: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly folders?: readonly SharedFolder[];
  /** What it reads from standard input; nothing unless given. */
  readonly input?: string;
}

/** The command that starts a confined program, for `spawn`. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /**
   * The command writes `{"exit-code": n}` to file descriptor 3 once the program has ended. Without
   * that line the sandbox failed, whatever the exit code says.
   */
  readonly statusPipe: boolean;
}

export interface Sandbox {
  readonly name: SandboxName;
  /** Hold each program as a whole to its limits; null where the system offers none. */
  readonly groups?: ControlGroups | null;
  /** @param box folder on this machine that holds the program's files */
  launch(program: ConfinedProgram, box: string): Launch;
}

/** Same everywhere, so that a program's output does not depend on the user's settings. */
export const plainEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/tmp',
  TMPDIR: '/tmp',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
};

/** Puts paths in place of {box} and the shared folders. */
export const filled = (
  parts: readonly string[],
  paths: Readonly<Record<string, string>>,
): readonly string[] =>
  parts.map((part) =>
    part.replaceAll(/\{(box|out|cache|prepared)\}/g, (whole, name) => paths[name] ?? whole),
  );

/** The environment of a program with the paths in place. */
export const filledEnvironment = (
  environment: Readonly<Record<string, string>>,
  paths: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, filled([value], paths)[0] ?? value]),
  );

/** Where the box and the shared folders lie when they are not moved. */
export const pathsInPlace = (program: ConfinedProgram, box: string) => ({
  box,
  ...Object.fromEntries((program.folders ?? []).map(({ name, path }) => [name, path])),
});
