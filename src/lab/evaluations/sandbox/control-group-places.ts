/** Where in the control group file systems this process may make groups of its own. */
import { accessSync, constants, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** A folder in which groups can be made. */
export interface Hierarchy {
  readonly folder: string;
  /** Which limit is written to which file of a group. */
  readonly limits: Readonly<Record<string, 'memory' | 'processes'>>;
  /** What is written besides, where the kernel has such a file. */
  readonly optional: Readonly<Record<string, string>>;
  /** File that counts what the kernel ended for want of memory; null in a tree that does not. */
  readonly counter: string | null;
}

/**
 * Candidates, best first: the one tree of version 2, else the two trees of version 1 together.
 * @param proc the folder of proc(5), for tests
 */
export function writableHierarchies(proc: string): readonly (readonly Hierarchy[])[] {
  try {
    const mounts = parseMounts(readFileSync(join(proc, 'self/mountinfo'), 'utf8'));
    const own = parseOwn(readFileSync(join(proc, 'self/cgroup'), 'utf8'));
    return [unified(mounts, own), separate(mounts, own)].filter((found) => found.length > 0);
  } catch {
    return [];
  }
}

interface Mount {
  readonly root: string;
  readonly point: string;
  readonly kind: string;
  readonly options: readonly string[];
}

/** Of proc(5): `36 35 98:0 /root /point rw - kind source options`. */
function parseMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root, point] = left.split(' ');
    const [kind, , options = ''] = right.split(' ');
    if (!kind?.startsWith('cgroup') || root === undefined || point === undefined) return [];
    return [{ root, point, kind, options: options.split(',') }];
  });
}

/** Of cgroups(7): `4:memory:/path`, and `0::/path` for version 2. */
function parseOwn(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, controllers, ...path] = line.split(':');
      if (controllers === undefined) return [];
      return controllers.split(',').map((name) => [name, path.join(':')] as const);
    }),
  );
}

/** Groups with limits may lie beside processes only above them: the nearest folder that allows it. */
function unified(mounts: readonly Mount[], own: ReadonlyMap<string, string>): Hierarchy[] {
  const mount = mounts.find(({ kind }) => kind === 'cgroup2');
  const path = own.get('');
  if (mount === undefined || path === undefined) return [];
  for (let folder = folderOf(mount, path); ; folder = dirname(folder)) {
    if (relative(mount.point, folder).startsWith('..')) return [];
    const given = read(join(folder, 'cgroup.subtree_control')).trim().split(' ');
    // To move a process needs the right to do so in the folder above both.
    const writable = canWrite(folder) && canWrite(join(folder, 'cgroup.procs'));
    if (writable && given.includes('memory') && given.includes('pids')) {
      const limits = { 'memory.max': 'memory', 'pids.max': 'processes' } as const;
      // One that is out of memory ends as a whole, and may not flee into swap space.
      const optional = { 'memory.oom.group': '1', 'memory.swap.max': '0' };
      return [{ folder, limits, optional, counter: 'memory.events' }];
    }
    if (folder === mount.point) return [];
  }
}

function separate(mounts: readonly Mount[], own: ReadonlyMap<string, string>): Hierarchy[] {
  const trees = [
    ['memory', { 'memory.limit_in_bytes': 'memory' }, 'memory.oom_control'],
    ['pids', { 'pids.max': 'processes' }, null],
  ] as const;
  const found = trees.flatMap(([name, limits, counter]) => {
    const mount = mounts.find(({ kind, options }) => kind === 'cgroup' && options.includes(name));
    const path = own.get(name);
    if (mount === undefined || path === undefined) return [];
    const folder = folderOf(mount, path);
    return canWrite(folder) ? [{ folder, limits, optional: {}, counter }] : [];
  });
  return found.length === 2 ? found : [];
}

/** A container sees only a part of the tree: the mount's root is where that part begins. */
function folderOf({ root, point }: Mount, path: string): string {
  return resolve(point, root === '/' ? `.${path}` : relative(root, path));
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Groups of a lab that was killed. */
export function removeLeftOver(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^lorabench-(\d+)-[\da-f]+$/.exec(name)?.[1] ?? 0);
    if (pid === 0 || isAlive(pid)) continue;
    try {
      rmdirSync(join(folder, name));
    } catch {
      // Something of it still runs; another time.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
