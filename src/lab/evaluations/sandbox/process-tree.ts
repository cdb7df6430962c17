/** The processes below one: how much memory they hold, and their end. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const pageBytes = 4096;

interface TreeProcess {
  readonly pid: number;
  readonly parent: number;
  readonly residentBytes: number;
}

/** Resident bytes of `root` and everything below it; 0 where that cannot be found out. */
export async function residentBytesOf(root: number): Promise<number> {
  if (process.platform === 'linux') return linuxResidentBytes(root);
  const all = await listProcesses();
  const members = new Set(descendants(all, root));
  return all
    .filter(({ pid }) => members.has(pid))
    .reduce((sum, { residentBytes }) => sum + residentBytes, 0);
}

/** Reads only the tree, not every process: /proc/<pid>/task/<tid>/children, proc(5). */
function linuxResidentBytes(root: number): number {
  let total = 0;
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    try {
      const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
      total += Number(pages) * pageBytes;
      for (const task of readdirSync(`/proc/${pid}/task`)) {
        const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8');
        waiting.push(...children.split(' ').filter(Boolean).map(Number));
      }
    } catch {
      // It ended while it was being looked at.
    }
  }
  return total;
}

/**
 * Kills `root`, its process group and everything below it. A process that left both, by detaching
 * twice, is found on Linux by `mark`, a word in its environment.
 */
export async function killTree(root: number, mark: string): Promise<void> {
  if (process.platform === 'win32') {
    await run('taskkill', ['/pid', String(root), '/T', '/F']).catch(() => undefined);
    return;
  }
  const below = descendants(await listProcesses(), root);
  killGroup(root);
  for (const pid of below) kill(pid);
  for (const pid of marked(mark)) kill(pid);
}

/** Kills the processes of the group that `leader` began. */
export const killGroup = (leader: number): void => kill(-leader);

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

function marked(mark: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return processIds().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

const processIds = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function descendants(all: readonly TreeProcess[], root: number): readonly number[] {
  const found = [root];
  for (const pid of found) {
    found.push(...all.filter(({ parent }) => parent === pid).map((one) => one.pid));
  }
  return found;
}

async function listProcesses(): Promise<readonly TreeProcess[]> {
  try {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid = 0, parent = 0, kilobytes = 0]) => ({
        pid,
        parent,
        residentBytes: kilobytes * 1024,
      }));
  } catch {
    return [];
  }
}
