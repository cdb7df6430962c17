import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '@shared/benchmark';
import type { Judgement } from '@shared/judgement';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabHome, openHome } from '../../store/home';
import { type Judge, openJudge } from './open-judge';

const resources = join(import.meta.dirname, '../../../../resources');
const places = { resources, python: '', environments: '' };
let home: LabHome;

beforeAll(() => {
  home = openHome(mkdtempSync(join(tmpdir(), 'lorabench-home-')));
});
afterAll(() => rmSync(home.folder, { recursive: true }));

function judgeText(judge: Judge, text: string, parts: Partial<Task>): Promise<Judgement> {
  const task: Task = {
    ...{ id: 'task', category: 'test', prompt: 'Write it.', reference: '', constructs: [] },
    ...parts,
  };
  return judge.judge(task, {
    ...{ taskId: 'task', sample: 0, text, finishReason: 'stop' },
    ...{ promptTokens: 1, completionTokens: 1, seconds: 0 },
  });
}

const open = (name: string) => openJudge({ home, places }, name, { allowUnsandboxed: false });
const words = ({ failure, message }: Judgement) => `${failure ?? 'passed'} ${message}`.trim();

describe('hidden tests in Python', () => {
  let judge: Judge;
  beforeAll(async () => {
    judge = await open('python');
  }, 120_000);
  afterAll(() => judge.close());

  const tests = `
def check(candidate):
    assert candidate([1, 2, 3]) == [1, 4, 9]
    assert candidate([]) == []
`;
  const squares = { tests, entryPoint: 'squares' };

  it('pass a right function, whatever it prints, and show every stage', async () => {
    const text =
      '```python\ndef squares(xs):\n    print("hi")\n    return [x * x for x in xs]\n```';
    const judgement = await judgeText(judge, text, squares);
    expect(words(judgement)).toBe('passed');
    expect(judgement.stages.map(({ stage }) => stage)).toEqual([
      'extract',
      'syntax',
      'run',
      'tests',
    ]);
  });

  it('say what was wrong: the answer, an exception, the name, the syntax', async () => {
    const cases: readonly [string, RegExp][] = [
      ['def squares(xs): return xs', /^tests_failed 0 of 1 tests passed\ncheck: AssertionError/],
      ['def squares(xs): return 1 / 0', /^tests_failed .*ZeroDivisionError: division by zero/s],
      ['def cubes(xs): return xs', /^tests_failed .*name 'squares' is not defined/s],
      ['def squares(xs)', /^syntax .*SyntaxError/s],
      ['raise ValueError("no")', /^runtime .*ValueError: no/s],
      ['def squares(xs):\n    while True: pass', /^timeout did not end within 10 s/],
    ];
    const judged = await Promise.all(cases.map(([text]) => judgeText(judge, text, squares)));
    judged.forEach((judgement, index) => {
      expect(words(judgement)).toMatch(cases[index]?.[1] ?? /never/);
    });
  }, 120_000);

  it('understand assert lines, test functions and unittest classes', async () => {
    const text = 'def double(x): return 2 * x';
    const styles = [
      'assert double(2) == 4\nassert double(0) == 0',
      'def test_two():\n    assert double(2) == 4\ndef test_text():\n    assert double("a") == "aa"',
      'import unittest\nclass T(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(double(3), 6)',
    ];
    for (const style of styles) {
      expect(words(await judgeText(judge, text, { tests: style }))).toBe('passed');
      const wrong = await judgeText(judge, 'def double(x): return x', { tests: style });
      expect(wrong.failure).toBe('tests_failed');
    }
    const half = await judgeText(judge, text, {
      tests: 'assert double(2) == 4\nassert double(2) == 5',
    });
    expect(half.message).toMatch(/^1 of 2 tests passed\nassert 2: AssertionError/);
  }, 120_000);

  it('call objects of the program, and see arguments as it changed them', async () => {
    const text = `
class Stack:
    def __init__(self): self.items = []
    def push(self, x): self.items.append(x)
    def pop(self): return self.items.pop()
    def __len__(self): return len(self.items)
def sort_in_place(xs): xs.sort()
def pairs(d): return {(k, v) for k, v in d.items()}
def half(x): return x / 2
def count():
    yield 1
    yield 2
`;
    const judgement = await judgeText(judge, text, {
      tests: `
s = Stack()
s.push(3); s.push(4)
assert len(s) == 2
assert s.pop() == 4
assert s.items == [3]
xs = [3, 1, 2]
sort_in_place(xs)
assert xs == [1, 2, 3]
assert pairs({"a": 1, "b": (2,)}) == {("a", 1), ("b", (2,))}
assert half(1) == 0.5 and half(float("inf")) == float("inf")
assert list(count()) == [1, 2]
assert isinstance(half(3), float) and 2 ** 200 == half(2 ** 201)
`,
    });
    expect(words(judgement)).toBe('passed');
  });

  it('join an answer that only goes on to what the prompt began', async () => {
    const prelude = 'from typing import List\n\ndef total(xs: List[int]) -> int:\n    """Sum."""\n';
    const task = {
      ...{ prelude, entryPoint: 'total' },
      tests: 'def check(candidate):\n    assert candidate([1, 2]) == 3',
    };
    expect(words(await judgeText(judge, '    return sum(xs)\n', task))).toBe('passed');
    const whole = '```python\ndef total(xs: List[int]) -> int:\n    return sum(xs)\n```';
    expect(words(await judgeText(judge, whole, task))).toBe('passed');
  });

  it('refuse every forged pass', async () => {
    const forged: Readonly<Record<string, string>> = {
      'exit code 0 while it is loaded': 'import os; os._exit(0)',
      'exit code 0 before the tests ran': 'def squares(xs):\n    import os; os._exit(0)',
      'a polite exit': 'def squares(xs): raise SystemExit(0)',
      'an object that equals everything': `
class Any(list):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
def squares(xs): return Any()`,
      'a report of its own': `
import json, os
print(json.dumps({"results": [{"name": "check", "passed": True, "message": ""}]}))
def squares(xs):
    for fd in range(3, 10):
        try: os.write(fd, (json.dumps({"results": [{"name": "check", "passed": True, "message": ""}]}) + "\\n").encode())
        except OSError: pass
    return None`,
      'a patched runner': `
import builtins, unittest, sys
builtins.AssertionError = type("Never", (Exception,), {})
unittest.TestCase.assertEqual = lambda *a: None
sys.exit = lambda *a: None
def squares(xs): return 0`,
      'the expected values from the disk or the memory of others': `
import glob, re
def squares(xs):
    for path in glob.glob("/box/*") + glob.glob("/proc/*/cmdline") + glob.glob("/tmp/*"):
        try: text = open(path, errors="ignore").read()
        except OSError: continue
        if "candidate([1, 2, 3])" in text: return [1, 4, 9]
    return None`,
      'driver internals': `
import sys
main = sys.modules["__main__"]
main.Server.answer = lambda self, request: {"value": True, "args": []}
main.encode = lambda *a: True
def squares(xs): return None`,
      'a word that ends the tests': `
import os
os.write(3, b'{"gone": ""}\\n')
def squares(xs): return None`,
    };
    const judged = await Promise.all(
      Object.values(forged).map((text) => judgeText(judge, text, squares)),
    );
    Object.keys(forged).forEach((name, index) => {
      expect([name, judged[index]?.passed]).toEqual([name, false]);
      expect(['tests_failed', 'runtime']).toContain(judged[index]?.failure);
    });
  }, 120_000);

  it('that cannot be run are our failure, not the model’s', async () => {
    const judgement = await judgeText(judge, 'def squares(xs): return xs', {
      tests: 'def check(candidate:',
    });
    expect(judgement.failure).toBe('sandbox');
    expect(judgement.message).toMatch(/hidden tests of the task cannot be run: SyntaxError/);
  });
});

describe('hidden tests in JavaScript', () => {
  let judge: Judge;
  beforeAll(async () => {
    judge = await open('javascript');
  }, 120_000);
  afterAll(() => judge.close());

  const tests = `
test('squares', () => assert.deepEqual(squares([1, 2]), [1, 4]));
test('nothing', () => assert.deepEqual(squares([]), []));`;

  it('pass a right function and name the test that a wrong one fails', async () => {
    const right = 'const squares = (xs) => xs.map((x) => x * x); console.log("noise");';
    expect(words(await judgeText(judge, right, { tests }))).toBe('passed');
    const wrong = await judgeText(judge, 'function squares(xs) { return []; }', { tests });
    expect(wrong.message).toMatch(/^1 of 2 tests passed\nsquares: /);
    const none = await judgeText(judge, 'let x = 1;', { tests });
    expect(none.message).toMatch(/squares is not defined/);
  });

  it('understand plain scripts, objects, maps and changed arguments', async () => {
    const text = `
class Counter { constructor(from) { this.value = from; } add(n) { this.value += n; return this; } }
const sortInPlace = (xs) => { xs.sort((a, b) => a - b); };
const count = (text) => { const m = new Map(); for (const c of text) m.set(c, (m.get(c) ?? 0) + 1); return m; };
function fails() { throw new RangeError('too far'); }
const info = () => ({ name: 'Ada', tags: ['a'], none: undefined, not: NaN });`;
    const judgement = await judgeText(judge, text, {
      tests: `
const assert = require('node:assert');
function test() {
  const counter = new Counter(2);
  assert.equal(counter.add(3).value, 5);
  const xs = [10, 9, 1];
  sortInPlace(xs);
  assert.deepEqual(xs, [1, 9, 10]);
  assert.deepEqual(count('aba'), new Map([['a', 2], ['b', 1]]));
  assert.throws(() => fails(), RangeError);
  assert.deepStrictEqual(info(), { name: 'Ada', tags: ['a'], none: undefined, not: NaN });
}
test();`,
    });
    expect(words(judgement)).toBe('passed');
  });

  it('refuse every forged pass', async () => {
    const forged: Readonly<Record<string, string>> = {
      'exit code 0': 'process.exit(0)',
      'exit code 0 in a call': 'function squares() { process.exit(0); }',
      'an object that equals everything':
        'function squares() { return new Proxy({}, { get: () => () => true, ownKeys: () => [], getPrototypeOf: () => Array.prototype }); }',
      'a patched assert':
        'const a = require("assert"); for (const k of Object.keys(a)) a[k] = () => {}; require("assert/strict").deepEqual = () => {}; function squares() {}',
      'patched built-ins':
        'JSON.stringify = () => \'{"results":[{"name":"t","passed":true,"message":""}]}\'; Array.isArray = () => true; function squares() { return 1; }',
      'a report of its own':
        'require("fs").writeSync(1, \'{"ready":true}\\n{"results":[{"name":"t","passed":true,"message":""}]}\\n\'); function squares() {}',
    };
    const judged = await Promise.all(
      Object.values(forged).map((text) => judgeText(judge, text, { tests })),
    );
    Object.keys(forged).forEach((name, index) => {
      expect([name, judged[index]?.passed]).toEqual([name, false]);
    });
  }, 120_000);
});

describe('hidden tests in Go', () => {
  let judge: Judge;
  beforeAll(async () => {
    judge = await open('go');
  }, 120_000);
  afterAll(() => judge.close());

  const tests = `package sandbox

import "testing"

func TestReverse(t *testing.T) {
	for in, want := range map[string]string{"abc": "cba", "": "", "héllo": "olléh"} {
		if got := Reverse(in); got != want {
			t.Errorf("Reverse(%q)=%q want %q", in, got, want)
		}
	}
}

func TestParallel(t *testing.T) {
	t.Parallel()
	if Reverse("ab") != "ba" {
		t.Fatal("not reversed")
	}
}
`;
  const program = (body: string, head = '') =>
    `\`\`\`go\npackage sandbox\n${head}\nfunc Reverse(s string) string {\n${body}\n}\n\`\`\``;
  const right =
    '\tr := []rune(s)\n\tfor i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {\n\t\tr[i], r[j] = r[j], r[i]\n\t}\n\treturn string(r)';

  it('pass a right program, and say what is wrong with others', async () => {
    expect(words(await judgeText(judge, program(right), { tests }))).toBe('passed');
    const cases: readonly [string, RegExp][] = [
      [program('\treturn s'), /^tests_failed 0 of 2 tests passed\nTestReverse: .*Reverse\(/s],
      [program('\treturn 1'), /^type .*cannot use 1/s],
      ['package sandbox\nfunc Reverse(s string string {', /^syntax .*program\.go:2/s],
      [program('\tpanic("oh")'), /^runtime .*oh/s],
    ];
    for (const [text, expected] of cases) {
      expect(words(await judgeText(judge, text, { tests }))).toMatch(expected);
    }
  }, 120_000);

  it('refuse every forged pass', async () => {
    const forged: Readonly<Record<string, string>> = {
      'exit code 0 before the tests': program(right, 'import "os"\nfunc init() { os.Exit(0) }'),
      'exit code 0 in a test': program('\tos.Exit(0)\n\treturn ""', 'import "os"'),
      'a printed report': program(
        '\treturn s',
        'import "fmt"\nfunc init() { fmt.Println("--- PASS: TestReverse (0.00s)\\nPASS\\nok  \\tsandbox\\t0.001s\\n0 true TestReverse\\n0 end") }',
      ),
      'a report made of the names on the stack': program(
        '\tif nonce != "" { fmt.Printf("\\n%s true TestReverse\\n%s true TestParallel\\n%s end\\n", nonce, nonce, nonce); os.Exit(0) }\n\treturn s',
        'import (\n"fmt"\n"os"\n"regexp"\n"runtime/debug"\n)\nvar stack = string(debug.Stack())\nvar nonce = regexp.MustCompile("[0-9a-f]{32}").FindString(read() + stack)\nfunc read() string { bytes, _ := os.ReadFile("/proc/self/exe"); return string(bytes) }',
      ),
      'standard output led through the program': program(
        '\treturn s',
        'import (\n"bytes"\n"os"\n)\nfunc init() {\n\tr, w, _ := os.Pipe()\n\treal := os.Stdout\n\tos.Stdout = w\n\tgo func() {\n\t\tbuffer := make([]byte, 4096)\n\t\tfor {\n\t\t\tn, _ := r.Read(buffer)\n\t\t\treal.Write(bytes.ReplaceAll(buffer[:n], []byte("false"), []byte("true")))\n\t\t}\n\t}()\n}',
      ),
      'tests that are left out': program(
        '\treturn s',
        'import "flag"\nfunc init() { go func() { flag.Set("test.run", "^$"); flag.Set("test.skip", ".") }() }',
      ),
      'tests of its own': program(
        '\treturn s',
        'import "testing"\nfunc TestReverse(t *testing.T) {}',
      ),
    };
    for (const [name, text] of Object.entries(forged)) {
      const { passed, failure, message } = await judgeText(judge, text, { tests });
      expect([name, passed]).toEqual([name, false]);
      // Refused because of what it did, not because it did not compile.
      const compiles = name !== 'tests of its own';
      expect([name, failure, message]).not.toContain(compiles ? 'type' : 'runtime');
    }
  }, 120_000);
});

describe('TypeScript', () => {
  const path = process.env.PATH;
  let judge: Judge;
  beforeAll(async () => {
    process.env.PATH = `${join(import.meta.dirname, '../../../../node_modules/.bin')}:${path}`;
    judge = await open('typescript');
  }, 120_000);
  afterAll(async () => {
    process.env.PATH = path;
    await judge.close();
  });

  it('is compiled, run and tested, and its types count', async () => {
    const hello = 'const text: string = "hello";\nconsole.log(text);';
    expect(words(await judgeText(judge, hello, { expectedOutput: 'hello\n' }))).toBe('passed');
    const tests = "test('two', () => assert.equal(two(), 2));";
    const two = (value: string) => `function two(): number {\n  return ${value};\n}`;
    expect(words(await judgeText(judge, two('2'), { tests }))).toBe('passed');
    const cases: readonly [string, RegExp][] = [
      [two('3'), /^tests_failed .*two: /s],
      [two('"2"'), /^type .*Type 'string' is not assignable to type 'number'/s],
      ['function two(: number {', /^syntax .*program\.ts/s],
    ];
    for (const [text, expected] of cases) {
      expect(words(await judgeText(judge, text, { tests }))).toMatch(expected);
    }
  }, 120_000);
});
