/**
 * Control groups (Linux): the kernel itself keeps all processes of a program together within a memory
 * and a number, which limits by process or by user cannot. Used where this user may make groups, in
 * either version of their file system; no setting of the system is changed.
 * Source: Linux, Documentation/admin-guide: cgroup-v2.rst, cgroup-v1/memory.rst, cgroup-v1/pids.rst.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hierarchy, removeLeftOver, writableHierarchies } from './control-group-places';
import { type Launch, type Limits, plainEnvironment } from './sandbox';

/** Of bubblewrap itself, which is in the group as well. */
const ownProcesses = 8;

// Its own number is the shell's until it becomes the program, so nothing runs outside the group.
const joinAndBecome = `count=$1; shift
while [ "$count" -gt 0 ]; do echo $$ > "$1/cgroup.procs" || exit 1; shift; count=$((count - 1)); done
exec "$@"`;

export class ControlGroups {
  readonly #hierarchies: readonly Hierarchy[];
  readonly #idle: ControlGroup[] = [];

  constructor(hierarchies: readonly Hierarchy[]) {
    this.#hierarchies = hierarchies;
    process.once('exit', () => {
      for (const group of this.#idle) group.remove();
    });
  }

  /** A group with these limits that nothing is in; null when none can be made just now. */
  take(limits: Limits): ControlGroup | null {
    const at = this.#idle.findIndex((group) => group.isEmpty());
    const [known] = at < 0 ? [] : this.#idle.splice(at, 1);
    if (known?.limit(limits) === true) return known;
    // What its files hold in memory does not fit the new limits.
    known?.remove();
    const made = this.#make();
    if (made?.limit(limits) === true) return made;
    made?.remove();
    return null;
  }

  /** Takes a group back. Its last processes may still be dying; whoever wants it next looks. */
  giveBack(group: ControlGroup): void {
    this.#idle.push(group);
  }

  #make(): ControlGroup | null {
    const name = `lorabench-${process.pid}-${randomUUID().slice(0, 8)}`;
    try {
      return new ControlGroup(
        this.#hierarchies.map((one) => ({ ...one, folder: join(one.folder, name) })),
      );
    } catch {
      return null;
    }
  }
}

export class ControlGroup {
  readonly #parts: readonly Hierarchy[];
  #killedBefore = 0;
  #limits = '';

  constructor(parts: readonly Hierarchy[]) {
    this.#parts = parts;
    for (const { folder } of parts) mkdirSync(folder);
  }

  /** False when the system does not take them. */
  limit({ memoryMegabytes, processes }: Limits): boolean {
    const values = {
      memory: String(memoryMegabytes * 1024 * 1024),
      processes: String(processes + ownProcesses),
    };
    // Most programs of a judge have the same, and telling the kernel again takes it a while.
    const wanted = JSON.stringify(values);
    if (wanted !== this.#limits && !this.#write(values)) return false;
    this.#limits = wanted;
    this.#killedBefore = this.#killed();
    return true;
  }

  #write(values: Readonly<Record<'memory' | 'processes', string>>): boolean {
    try {
      for (const { folder, limits, optional } of this.#parts) {
        for (const [file, limit] of Object.entries(limits)) {
          writeFileSync(join(folder, file), values[limit]);
        }
        for (const [file, text] of Object.entries(optional)) {
          if (existsSync(join(folder, file))) writeFileSync(join(folder, file), text);
        }
      }
      return true;
    } catch {
      return false;
    }
  }

  /** The same command, but inside the group from its first moment. */
  enclose(launch: Launch): Launch {
    const folders = this.#parts.map(({ folder }) => folder);
    const words = [String(folders.length), ...folders, launch.command, ...launch.args];
    return { ...launch, command: '/bin/sh', args: ['-c', joinAndBecome, 'sh', ...words] };
  }

  /** Whether the kernel ended a process of the program because its memory was spent. */
  ranOutOfMemory(): boolean {
    return this.#killed() > this.#killedBefore;
  }

  isEmpty(): boolean {
    return this.#parts.every(({ folder }) => read(join(folder, 'cgroup.procs')).trim() === '');
  }

  remove(): void {
    for (const { folder } of this.#parts) {
      try {
        rmdirSync(folder);
      } catch {
        // The next lab removes it.
      }
    }
  }

  #killed(): number {
    const counts = this.#parts.flatMap(({ folder, counter }) =>
      counter === null
        ? []
        : [Number(/^oom_kill (\d+)$/m.exec(read(join(folder, counter)))?.[1] ?? 0)],
    );
    return Math.max(0, ...counts);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const nothing: Launch = {
  ...{ command: '/bin/sh', args: ['-c', ':'], cwd: '/', statusPipe: false },
  env: plainEnvironment,
};

/** Null where this user cannot make groups; found out by running in one. */
export function findControlGroups(proc = '/proc'): ControlGroups | null {
  for (const hierarchies of writableHierarchies(proc)) {
    for (const { folder } of hierarchies) removeLeftOver(folder);
    const groups = new ControlGroups(hierarchies);
    const limits = { timeoutSeconds: 1, memoryMegabytes: 64, outputBytes: 0, processes: 8 };
    const group = groups.take(limits);
    if (group === null) continue;
    const { command, args, env } = group.enclose(nothing);
    const { status } = spawnSync(command, args, { env, stdio: 'ignore', timeout: 5000 });
    groups.giveBack(group);
    if (status === 0) return groups;
  }
  return null;
}
