/** A lab home of its own for a test, and what lies in it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '..', '..', '..');

export interface TestHome {
  readonly folder: string;
  readonly home: string;
  remove(): void;
}

export function createHome(): TestHome {
  const folder = mkdtempSync(join(tmpdir(), 'lorabench-e2e-'));
  const home = join(folder, 'home');
  mkdirSync(join(home, 'presets'), { recursive: true });
  return {
    folder,
    home,
    remove() {
      endProcessesOf(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/**
 * A test that failed in the middle leaves a worker and a background scheduler, which go on by
 * design. Only they name this temporary folder among their arguments.
 */
function endProcessesOf(folder: string): void {
  if (process.platform === 'win32') return;
  const list = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  for (const line of list.split('\n').filter((one) => one.includes(folder))) {
    try {
      process.kill(Number.parseInt(line, 10), 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
}

/** Optimizer steps in the order in which the worker wrote them: the truth about a run. */
export function stepsOnDisk(home: string, runId: string): number[] {
  const text = readFileSync(join(home, 'runs', runId, 'events.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.includes('"kind":"step"') && line.endsWith('}'))
    .map((line) => (JSON.parse(line) as { step: number }).step);
}

export function onlyRun(home: string): string {
  const [id, ...others] = readdirSync(join(home, 'runs'));
  if (id === undefined || others.length > 0) throw new Error('There should be one run.');
  return id;
}

export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
