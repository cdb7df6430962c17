import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabContext } from '../context';
import { ChangeBus } from '../store/changes';
import { openHome } from '../store/home';
import { Store } from '../store/store';
import { checkBenchmark } from './check-benchmark';
import { exportBenchmark, importBenchmark } from './import-benchmark';

const resources = join(import.meta.dirname, '../../../resources');
let context: LabContext;

beforeEach(() => {
  const home = openHome(mkdtempSync(join(tmpdir(), 'lorabench-home-')));
  const store = new Store(home.database);
  const places = { resources, python: '', environments: '' };
  const log = pino({ level: 'silent' });
  context = { home, store, changes: new ChangeBus(store), log, places };
});
afterEach(() => {
  context.changes.close();
  context.store.close();
  rmSync(context.home.folder, { recursive: true });
});

function file(name: string, rows: readonly (object | string)[]): string {
  const path = join(context.home.folder, name);
  const lines = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const request = (source: string, more: object = {}) => ({
  ...{ source, layout: 'auto', gates: [] },
  ...more,
});

const humanEval = {
  task_id: 'HumanEval/900',
  prompt:
    'from typing import List\n\ndef add_all(xs: List[int]) -> int:\n    """ Sum of xs.\n    >>> add_all([1, 2])\n    3\n    """\n',
  entry_point: 'add_all',
  canonical_solution: '    return sum(xs)\n',
  test: '\n\nMETADATA = {}\n\n\ndef check(candidate):\n    assert candidate([1, 2]) == 3\n    assert candidate([]) == 0\n\n',
};
const mbpp = {
  task_id: 901,
  text: 'Write a function to double a number.',
  code: 'def double(x):\r\n  return 2 * x',
  test_list: ['assert double(2) == 4', 'assert double(0) == 0'],
  test_setup_code: '',
  challenge_test_list: ['assert double(-1) == -2'],
};
const multiplE = {
  name: 'HumanEval_902_triple',
  language: 'js',
  prompt: '//Triple.\n// >>> triple(1)\n// 3\nfunction triple(x){\n',
  canonical_solution: '  return 3 * x;\n}\n',
  doctests: 'transform',
  tests:
    "const assert = require('node:assert');\n\n\nfunction test() {\n  let candidate = triple;\n  assert.deepEqual(candidate(2),6);\n}\n\ntest();",
  stop_tokens: ['\nfunction '],
};
const go = {
  id: 'double',
  prompt: 'Write Double(n int) int in package sandbox.',
  reference: 'package sandbox\n\nfunc Double(n int) int { return 2 * n }\n',
  prediction: '',
  metadata: {
    module: 'sandbox',
    tests:
      'package sandbox\n\nimport "testing"\n\nfunc TestDouble(t *testing.T) {\n\tif Double(2) != 4 {\n\t\tt.Fatal("no")\n\t}\n}\n',
  },
};

describe('importing a benchmark', () => {
  it.each([
    ['human-eval', 'python', humanEval],
    ['mbpp', 'python', mbpp],
    ['multipl-e', 'javascript', multiplE],
    ['prompt-reference', 'go', go],
  ])(
    'recognizes %s, knows it is %s, and its reference passes',
    async (layout, toolchain, row) => {
      const imported = await importBenchmark(context, request(file('set.jsonl', [row])));
      expect(imported).toMatchObject({ name: 'set', tasks: 1, layout });
      const manifest = JSON.parse(
        readFileSync(join(context.home.benchmarks, 'set', 'benchmark.json'), 'utf8'),
      );
      expect(manifest.toolchain).toBe(toolchain);
      const check = await checkBenchmark(context, 'set');
      expect(check.failures.map(({ message }) => message)).toEqual([]);
    },
    60_000,
  );

  it.each([
    ['human-eval', humanEval],
    ['mbpp', { ...mbpp, task_id: '901' }],
    ['prompt-reference', go],
  ])('writes %s as it was read', async (layout, row) => {
    await importBenchmark(context, request(file('set.jsonl', [row])));
    const { text } = await exportBenchmark(context, { name: 'set', layout });
    const { prediction: _, ...rest } = { prediction: '', ...row };
    const written = JSON.parse(text);
    for (const [key, value] of Object.entries(rest)) {
      if (key === 'metadata') expect(written[key].tests).toBe(go.metadata.tests);
      else expect([key, written[key]]).toEqual([key, value]);
    }
  });

  it('reads a folder of tasks, one folder a task', async () => {
    const folder = join(context.home.folder, 'my set');
    for (const [name, text] of [
      ['prompt.txt', 'Print hello.'],
      ['expected_output.txt', 'hello\n'],
      ['hello.py', 'print("hello")'],
    ] as const) {
      mkdirSync(join(folder, 'hello'), { recursive: true });
      writeFileSync(join(folder, 'hello', name), text);
    }
    expect(await importBenchmark(context, request(folder))).toMatchObject({ name: 'my-set' });
    expect((await checkBenchmark(context, 'my-set')).passed).toBe(1);
    rmSync(join(folder, 'hello', 'hello.py'));
    await expect(importBenchmark(context, request(folder, { name: 'again' }))).rejects.toThrow(
      /no reference solution named hello/,
    );
  });

  it('names the line that is wrong, and imports nothing then', async () => {
    const cases: readonly [readonly (object | string)[], RegExp][] = [
      [[humanEval, '{"task_id": '], /set\.jsonl:2/],
      [[humanEval, { ...humanEval, test: 3 }], /set\.jsonl:2.*test/s],
      [[humanEval, humanEval], /set\.jsonl:2.*was used in .*:1/s],
      [[{ question: 'x' }], /Its fields \(question\) fit none of/],
      [[{ ...multiplE, language: 'rkt' }], /language is "rkt"/],
      [[''], /has no rows/],
    ];
    for (const [rows, message] of cases) {
      await expect(importBenchmark(context, request(file('set.jsonl', rows)))).rejects.toThrow(
        message,
      );
    }
    expect(readdirSync(context.home.benchmarks)).toEqual([]);
  });

  it('never replaces one, and asks for the language where nothing says it', async () => {
    const path = file('set.jsonl', [go]);
    await importBenchmark(context, request(path));
    await expect(importBenchmark(context, request(path))).rejects.toThrow(/"set" already/);
    await expect(importBenchmark(context, request(path, { name: 'starter' }))).rejects.toThrow(
      /already/,
    );
    const open = file('open.jsonl', [{ ...go, metadata: { expected_output: 'x' } }]);
    await expect(importBenchmark(context, request(open))).rejects.toThrow(/--toolchain/);
    await expect(importBenchmark(context, request(open, { toolchain: 'cobol' }))).rejects.toThrow(
      /no toolchain "cobol"/,
    );
  });

  it('says which tasks a layout has no place for', async () => {
    await importBenchmark(context, request(file('set.jsonl', [go])));
    await expect(exportBenchmark(context, { name: 'set', layout: 'human-eval' })).rejects.toThrow(
      /1 of its tasks/,
    );
  });
});
