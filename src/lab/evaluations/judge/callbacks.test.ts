/** Hidden tests that hand functions to the program, and programs that misuse them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Judgement } from '@shared/judgement';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabHome, openHome } from '../../store/home';
import { type Judge, openJudge } from './open-judge';

const resources = join(import.meta.dirname, '../../../../resources');
let home: LabHome;
let javascript: Judge;
let python: Judge;

beforeAll(async () => {
  home = openHome(mkdtempSync(join(tmpdir(), 'lorabench-home-')));
  const context = { home, places: { resources, python: '', environments: '' } };
  const options = { allowUnsandboxed: false };
  // As they ship, with less patience for programs that never end.
  mkdirSync(home.toolchains, { recursive: true });
  for (const name of ['javascript', 'python']) {
    const text = readFileSync(join(resources, 'toolchains', `${name}.yaml`), 'utf8');
    const quick = text
      .replace(`name: ${name}`, `name: quick-${name}`)
      .replace('timeoutSeconds: 10', 'timeoutSeconds: 3');
    writeFileSync(join(home.toolchains, `${name}.yaml`), quick);
  }
  javascript = await openJudge(context, 'quick-javascript', options);
  python = await openJudge(context, 'quick-python', options);
}, 60_000);
afterAll(async () => {
  await Promise.all([javascript.close(), python.close()]);
  rmSync(home.folder, { recursive: true });
});

function judgeText(judge: Judge, text: string, tests: string): Promise<Judgement> {
  return judge.judge(
    {
      ...{ id: 'task', category: 'test', prompt: 'Write it.', reference: '', constructs: [] },
      tests,
    },
    {
      ...{ taskId: 'task', sample: 0, text, finishReason: 'stop' },
      ...{ promptTokens: 1, completionTokens: 1, seconds: 0 },
    },
  );
}
const words = ({ failure, message }: Judgement) => `${failure ?? 'passed'} ${message}`.trim();

describe('functions of JavaScript tests', () => {
  it('are called with values, nested, kept, given back, and throw through the program', async () => {
    const text = `
const mapped = (xs, f) => xs.map((x, i) => f(x, i));
const compose = (...fs) => (x) => fs.reduceRight((value, f) => f(value), x);
const memoize = (f) => { const known = new Map(); return (n) => { if (!known.has(n)) known.set(n, f(n)); return known.get(n); }; };
const same = (f) => f;
const attempt = (f) => { try { return f(); } catch (error) { return error.name + ': ' + error.message; } };
const call = (f) => f();
const visit = (tree, f) => { f(tree); for (const child of tree.children) visit(child, f); };
class Bus { #on = []; listen(f) { this.#on.push(f); } say(word) { for (const f of this.#on) f(word); } }
const adder = (n) => (m) => n + m;
const applied = (f) => f(adder(2));
const isOwn = (f, g) => f === g && typeof f === 'function';
const sorted = (xs, compare) => [...xs].sort(compare);
const run = ({ parse, done }) => done(parse('7'));
const down = (n, f) => (n === 0 ? 0 : f(n - 1));`;
    const tests = `
class TooFar extends Error { name = 'TooFar'; limit = 3; }
test('values', () => assert.deepEqual(mapped([1, 2], (x, i) => ({ x, i })), [{ x: 1, i: 0 }, { x: 2, i: 1 }]));
test('composed', () => assert.equal(compose((x) => x + 1, (x) => x * 2)(5), 11));
test('memoized', () => { let calls = 0; const fib = memoize((n) => { calls += 1; return n < 2 ? n : fib(n - 1) + fib(n - 2); }); assert.equal(fib(30), 832040); assert.equal(calls, 31); });
test('identity', () => { const f = () => 1; assert.equal(same(f), f); assert.ok(isOwn(f, f)); });
test('caught', () => assert.equal(attempt(() => { throw new RangeError('far'); }), 'RangeError: far'));
test('through', () => { const error = new TooFar('x'); assert.throws(() => call(() => { throw error; }), (got) => got === error && got.limit === 3); });
test('values thrown', () => { try { call(() => { throw 'word'; }); assert.fail('no'); } catch (error) { assert.equal(error, 'word'); } });
test('order', () => { const seen = []; visit({ id: 1, children: [{ id: 2, children: [] }, { id: 3, children: [] }] }, (node) => { seen.push(node.id); }); assert.deepEqual(seen, [1, 2, 3]); });
test('kept', () => { const bus = new Bus(); const heard = []; bus.listen((word) => heard.push(word)); bus.say('a'); bus.say('b'); assert.deepEqual(heard, ['a', 'b']); });
test('functions of the program as arguments', () => assert.equal(applied((add) => add(3)), 5));
test('comparing', () => assert.deepEqual(sorted([10, 9, 1], (a, b) => a - b), [1, 9, 10]));
test('in objects', () => { let got; run({ parse: Number, done: (n) => { got = n; } }); assert.equal(got, 7); });
test('recursion has a limit', () => { const deep = (n) => down(n, deep); assert.equal(deep(100), 0); assert.throws(() => deep(100000), /inside each other/); assert.equal(deep(50), 0); });`;
    expect(words(await judgeText(javascript, text, tests))).toBe('passed');
  }, 30_000);

  const tests = `
test('doubles', () => { const seen = []; const result = each([1, 2], (x) => { seen.push(x); return x * 2; }); assert.deepEqual(seen, [1, 2]); assert.deepEqual(result, [2, 4]); });
test('refuses', () => assert.throws(() => each(null, (x) => x)));`;

  it('do not help a program to pass', async () => {
    const say = (line: string) => `require('fs').writeSync(1, ${JSON.stringify(`${line}\n`)});`;
    const forged: Readonly<Record<string, readonly [string, RegExp]>> = {
      'objects that equal everything': [
        'const each = (xs, f) => { if (!xs) throw 1; f(new Proxy({}, { get: () => () => true })); f({ valueOf: () => 2 }); return [2, 4]; };',
        /^tests_failed 1 of 2/,
      ],
      'a call that never returns': [
        'const each = (xs, f) => { if (!xs) throw 1; for (;;) f(1); };',
        /^timeout /,
      ],
      'a flood of calls that nobody reads': [
        `const each = () => { for (;;) { ${say('{"callback":1,"args":[{"f":"1"}]}')} } };`,
        /^(timeout|tests_failed) /,
      ],
      'a function that was never handed over': [
        `const each = (xs, f) => { if (!xs) throw 1; ${say('{"callback":99,"args":[]}')} return [2, 4]; };`,
        /^tests_failed [01] of 2/,
      ],
      'forged handles': [
        `const each = (xs, f) => { if (!xs) throw 1; ${say('{"value":{"h":-1,"c":"Function"},"args":[{"h":-1},{"h":-9}]}')} return f; };`,
        /^tests_failed /,
      ],
      'a result in place of an answer': [
        `const each = (xs, f) => { ${say('{"results":[{"name":"doubles","passed":true,"message":""}]}')} return f; };`,
        /^tests_failed /,
      ],
      'an error that was never thrown': [
        `const each = (xs, f) => { ${say('{"error":{"kind":"Error","message":"","thrown":"__proto__"}}')} };`,
        /^tests_failed 1 of 2/,
      ],
      'an end where an error is expected': [
        'const each = (xs, f) => { if (!xs) process.exit(0); return xs.map((x) => f(x)); };',
        /^tests_failed the program ended before its tests did/,
      ],
      'an end inside a call': [
        'const each = (xs, f) => { if (!xs) throw 1; f(1); process.exit(0); };',
        /^tests_failed the program ended before its tests did/,
      ],
      'calls after the test has ended': [
        `let kept; const each = (xs, f) => { if (!xs) { kept(1); kept(2); throw 1; } kept = f; return [2, 4]; };`,
        /^tests_failed 1 of 2/,
      ],
    };
    const names = Object.keys(forged);
    const judged = await Promise.all(
      names.map((name) => judgeText(javascript, forged[name]?.[0] ?? '', tests)),
    );
    names.forEach((name, index) => {
      const judgement = judged[index];
      const said = judgement === undefined || judgement.passed ? 'PASSED' : words(judgement);
      expect.soft(said, name).toMatch(forged[name]?.[1] ?? /never/);
    });
  }, 60_000);
});

describe('functions of Python tests', () => {
  it('are called with values, nested, given back, and throw through the program', async () => {
    const text = `
def mapped(f, xs): return [f(x) for x in xs]
def by(xs, key): return sorted(xs, key=key)
def named(f): return f(1, scale=3)
def same(f): return f
def call(f): return f()
def caught(f):
    try: return f()
    except ValueError as error: return f"caught {error}"
def adder(n): return lambda m: n + m
def applied(f): return f(adder(2))
def retry(times):
    def wrap(f):
        def inner(*args):
            for left in range(times, 0, -1):
                try: return f(*args)
                except ValueError:
                    if left == 1: raise
        return inner
    return wrap
def down(n, f): return 0 if n == 0 else f(n - 1)
`;
    const tests = `
class TooFar(Exception):
    limit = 3
def f(): return 1
def fails(): raise TooFar("x")
def bad(): raise ValueError("v")
def test_values():
    assert mapped(lambda x: (x, {"n": x}), [1, 2]) == [(1, {"n": 1}), (2, {"n": 2})]
    assert by(["aaa", "b"], len if False else lambda s: len(s)) == ["b", "aaa"]
    assert named(lambda x, scale: x * scale) == 3
    assert same(f) is f
    assert applied(lambda add: add(3)) == 5
def test_errors():
    assert caught(bad) == "caught v"
    try: call(fails)
    except TooFar as error: assert error.limit == 3
    else: assert False
def test_retry():
    calls = []
    @retry(3)
    def work(x):
        calls.append(x)
        if len(calls) < 3: raise ValueError("again")
        return x
    assert work(7) == 7 and calls == [7, 7, 7]
def test_depth():
    def deep(n): return down(n, deep)
    assert deep(20) == 0
    try: deep(5000)
    except RecursionError: pass
    else: assert False
    assert deep(10) == 0
`;
    expect(words(await judgeText(python, text, tests))).toBe('passed');
  }, 30_000);

  it('do not help a program to pass', async () => {
    const tests = `
def test_doubles():
    seen = []
    assert each([1, 2], lambda x: seen.append(x) or x * 2) == [2, 4]
    assert seen == [1, 2]
def test_refuses():
    try: each(None, print)
    except BaseException: return
    assert False
`;
    const forged: Readonly<Record<string, readonly [string, RegExp]>> = {
      'an end where an error is expected': [
        'import os\ndef each(xs, f):\n    if xs is None: os._exit(0)\n    return [f(x) for x in xs]',
        /^tests_failed the program ended before its tests did/,
      ],
      'objects that equal everything': [
        'class Any(int):\n    def __eq__(self, other): return True\ndef each(xs, f):\n    if xs is None: raise ValueError\n    f(Any(5)); f(Any(6))\n    return [2, 4]',
        /^tests_failed 1 of 2/,
      ],
      'a function that was never handed over': [
        'def each(xs, f):\n    if xs is None: raise ValueError\n    type(f)(f.server, 99)(1)\n    return [2, 4]',
        /^tests_failed 1 of 2/,
      ],
      'a call that never ends': [
        'def each(xs, f):\n    if xs is None: raise ValueError\n    while True: f(1)',
        /^timeout /,
      ],
    };
    const names = Object.keys(forged);
    const judged = await Promise.all(
      names.map((name) => judgeText(python, forged[name]?.[0] ?? '', tests)),
    );
    names.forEach((name, index) => {
      const judgement = judged[index];
      const said = judgement === undefined || judgement.passed ? 'PASSED' : words(judgement);
      expect.soft(said, name).toMatch(forged[name]?.[1] ?? /never/);
    });
  }, 60_000);
});
