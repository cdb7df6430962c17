import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabHome, openHome } from '../store/home';
import { checkBenchmark } from './check-benchmark';
import { loadBenchmark } from './load-benchmark';

const resources = join(import.meta.dirname, '../../../resources');
const places = { resources, python: '', environments: '' };
let home: LabHome;

beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), 'lorabench-home-')));
});
afterEach(() => rmSync(home.folder, { recursive: true }));

function writeBenchmark(lines: readonly string[], manifest: object = {}): string {
  const folder = join(home.benchmarks, 'mine');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'benchmark.json'),
    JSON.stringify({
      ...{ schemaVersion: 1, name: 'mine', version: 'v1', title: 'Mine', description: '' },
      ...{ toolchain: 'javascript', systemPrompt: null, file: 'tasks.jsonl', license: 'MIT' },
      ...manifest,
    }),
  );
  writeFileSync(join(folder, 'tasks.jsonl'), lines.join('\n'));
  return join(folder, 'tasks.jsonl');
}

const task = (id: string, reference: string, expectedOutput = 'x') =>
  JSON.stringify({ id, category: 'c', prompt: 'p', reference, expectedOutput });

describe('benchmarks', () => {
  it.each([
    ['starter', 120],
    ['standard-javascript', 9],
    ['standard-python', 9],
    ['harder-javascript', 40],
    ['harder-python', 40],
    ['go', 24],
  ])(
    'passes every reference of %s',
    async (name, tasks) => {
      const check = await checkBenchmark({ home, places }, name);
      expect(check.failures.map(({ taskId, message }) => `${taskId}: ${message}`)).toEqual([]);
      expect(check.tasks).toBe(tasks);
      expect(check.sandbox).not.toBe('none');
    },
    120_000,
  );

  it('names the reference that does not pass', async () => {
    writeBenchmark([task('good', 'console.log("x")'), task('bad', 'console.log("y")')]);
    const check = await checkBenchmark({ home, places }, 'mine');
    expect(check.failures).toMatchObject([{ taskId: 'bad', failure: 'wrong_output' }]);
    expect(check.passed).toBe(1);
  });

  it('names file and line of what is wrong in it', async () => {
    const path = writeBenchmark([task('a', '1'), '', '{"id": "b"']);
    await expect(loadBenchmark({ home, places }, 'mine')).rejects.toThrow(`${path}:3`);
    writeBenchmark([task('a', '1'), JSON.stringify({ id: 'b', category: 'c', prompt: 'p' })]);
    await expect(loadBenchmark({ home, places }, 'mine')).rejects.toThrow(/:2.*reference/s);
    writeBenchmark([task('a', '1'), task('a', '2')]);
    await expect(loadBenchmark({ home, places }, 'mine')).rejects.toThrow(/already used in line 1/);
    writeBenchmark([]);
    await expect(loadBenchmark({ home, places }, 'mine')).rejects.toThrow(/no tasks/);
    await expect(loadBenchmark({ home, places }, 'other')).rejects.toThrow(
      /Known are: .*starter, mine/,
    );
  });

  it('has a hash that follows the tasks and the prompt, not the description', async () => {
    const hash = async () => (await loadBenchmark({ home, places }, 'mine')).hash;
    writeBenchmark([task('a', '1')]);
    const first = await hash();
    writeBenchmark([task('a', '1')], { description: 'Other words', version: 'v2' });
    expect(await hash()).toBe(first);
    writeBenchmark([task('a', '1')], { systemPrompt: 'Be brief.' });
    expect(await hash()).not.toBe(first);
    writeBenchmark([task('a', '1', 'y')]);
    expect(await hash()).not.toBe(first);
  });
});
