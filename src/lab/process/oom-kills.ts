/**
 * Whether Linux itself killed a worker for want of memory. A SIGKILL alone does not say who sent it;
 * the kernel counts what it kills (cgroups: memory.events of v2, memory.oom_control of v1; else
 * /proc/vmstat of the whole system), and only a kill counted at that time is evidence.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A kill is counted when it is sent; the victim may take this long to let go of its memory. */
const dyingMilliseconds = 15_000;
const lookMilliseconds = 1_000;

/** Looks at the kernel's count for as long as a worker lives. */
export class OomWatch {
  readonly #root: string;
  readonly #now: () => number;
  #file: string | null | undefined;
  /** How the count stood, oldest first; the oldest stays the last one before the dying time. */
  readonly #looks: { time: number; count: number }[] = [];

  constructor(options: { readonly root?: string; readonly now?: () => number } = {}) {
    this.#root = options.root ?? '/';
    this.#now = options.now ?? Date.now;
  }

  /** To be called again and again while the process lives; looks once a second. */
  async look(pid: number): Promise<void> {
    const time = this.#now();
    if (time - (this.#looks.at(-1)?.time ?? 0) < lookMilliseconds) return;
    this.#file ??= await countingFile(this.#root, pid);
    const count = await this.#count();
    if (count === null) return;
    this.#looks.push({ time, count });
    while ((this.#looks[1]?.time ?? time) < time - dyingMilliseconds) this.#looks.shift();
  }

  /** To be asked soon after the process has ended; false also where nothing can be known. */
  async sawKill(): Promise<boolean> {
    const before = this.#looks[0];
    const count = await this.#count();
    return before !== undefined && count !== null && count > before.count;
  }

  async #count(): Promise<number | null> {
    if (this.#file === undefined || this.#file === null) return null;
    return killsIn(this.#file);
  }
}

/** The narrowest account that covers the process; null where there is none, as on macOS. */
async function countingFile(root: string, pid: number): Promise<string | null> {
  const groups = await readFile(join(root, 'proc', String(pid), 'cgroup'), 'utf8').catch(() => '');
  const candidates: string[] = [];
  for (const line of groups.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined || controllers === undefined) continue;
    const mount = join(root, 'sys', 'fs', 'cgroup');
    if (controllers === '') candidates.push(join(mount, path, 'memory.events'));
    if (controllers.split(',').includes('memory')) {
      candidates.push(join(mount, 'memory', path, 'memory.oom_control'));
    }
  }
  for (const file of [...candidates, join(root, 'proc', 'vmstat')]) {
    if ((await killsIn(file)) !== null) return file;
  }
  return null;
}

async function killsIn(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const kills = /^oom_kill (\d+)$/m.exec(text)?.[1];
  return kills === undefined ? null : Number(kills);
}
