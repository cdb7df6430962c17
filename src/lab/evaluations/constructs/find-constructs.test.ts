import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { LabHome } from '../../store/home';
import { loadToolchains } from '../toolchains/load-toolchains';
import { type ConstructFinder, createConstructFinder } from './find-constructs';

const root = join(import.meta.dirname, '../../../..');
let finder: ConstructFinder;

beforeAll(async () => {
  const toolchains = await loadToolchains({
    home: new LabHome('/nowhere'),
    places: { resources: join(root, 'resources'), python: '', environments: '' },
  });
  const javascript = toolchains.get('javascript');
  if (javascript === undefined) throw new Error('the javascript toolchain does not ship');
  finder = await createConstructFinder(javascript);
});

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are programs */
/** construct, a program that uses it, and one that only seems to */
const examples: readonly (readonly [string, string, string])[] = [
  ['arrow_function', 'const f = x => x + 1;', 'const f = "x => x"; // y => y'],
  ['filter', '[1].filter(Boolean)', 'const filter = 1; // [1].filter(x)'],
  ['map', '[1].map(String)', 'console.log("map(x)"); new Map();'],
  ['reduce', '[1, 2].reduce((a, b) => a + b)', 'const reduce = () => 1; reduce();'],
  ['join', '["a"].join("")', '// ["a"].join("")'],
  ['repeat', '"a".repeat(3)', 'const text = "repeat(3)";'],
  ['for_loop', 'for (const x of [1]) {}', 'let i = 0; while (i < 3) i++; [1].forEach(String);'],
  ['for_loop', 'for (const k in {}) {}', 'const text = "for (;;) {}";'],
  ['for_loop', 'for (let i = 0; i < 3; i++) {}', '/* for (;;) {} */'],
  ['if_statement', 'if (1) {}', 'const x = 1 ? "if (1)" : 2;'],
  ['ternary', 'const x = 1 ? 2 : 3;', 'const x = a?.b ?? "1 ? 2 : 3";'],
  ['template_literal', 'console.log(`${1}`)', 'console.log(`plain`, "${1}")'],
  ['spread', 'const a = [...[1]];', 'function f(...rest) {} const s = "...";'],
  ['spread', 'Math.max(...[1, 2])', 'const [first, ...others] = [1];'],
  ['spread', 'const o = { ...{} };', '// [...x]'],
  ['destructuring', 'const { a } = { a: 1 };', 'const a = { b: 1 };'],
  ['destructuring', 'let x, y; [x, y] = [1, 2];', 'const list = [1, 2];'],
  ['destructuring', 'for (const [k, v] of []) {}', '// const [a] = b'],
  ['regular_expression', '"a".replace(/a/g, "b")', 'const x = 4 / 2 / 1; // /a/'],
  ['regular_expression', 'new RegExp("a").test("a")', '"/a/".length'],
  ['class', 'class A {}', 'const text = "class A {}";'],
  ['inheritance', 'class A extends B {}', 'class A {} // class A extends B {}'],
  ['generator', 'function* f() { yield 1; }', 'function f() { return "yield 1"; }'],
  ['try_catch', 'try { f(); } catch { g(); }', 'try { f(); } finally { g(); }'],
  ['switch', 'switch (x) { case 1: }', 'const x = { switch: 1 };'],
  ['recursion', 'function f(n) { return n ? f(n - 1) : 0; }', 'function f(n) {} f(1);'],
  ['recursion', 'const f = n => (n ? f(n - 1) : 0);', 'const f = n => "f(n - 1)"; f(2);'],
  ['recursion', 'const f = function (n) { return f(n); };', 'function f() { /* f() */ }'],
  ['recursion', 'let f; f = n => f(n - 1);', 'const f = n => g(n); const g = n => n;'],
  [
    'recursion',
    'class A { go() { this.go(); } }',
    'function map(list) { return list.map(x => x); }',
  ],
];
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are programs */

describe('constructs in the syntax tree', () => {
  it.each(examples)('%s is found in %s, not in %s', (name, uses, seems) => {
    expect(finder.missing(uses, [name])).toEqual([]);
    expect(finder.missing(seems, [name])).toEqual([name]);
  });

  it('names every construct that is missing', () => {
    expect(finder.missing('const x = 1;', ['map', 'ternary'])).toEqual(['map', 'ternary']);
  });

  it('refuses a construct that the toolchain does not define', () => {
    expect(() => finder.missing('1', ['goto'])).toThrow(/"goto".*does not define/s);
  });

  it('is done quickly with large and deeply nested programs', () => {
    const began = Date.now();
    const nested = `${'['.repeat(2_000)}1${']'.repeat(2_000)}`;
    const large = `const list = [${'[1, {a: x => [...x]}], '.repeat(5_000)}];`;
    expect(finder.missing(`${nested}.map(String)`, ['map'])).toEqual([]);
    expect(finder.missing(large, ['map', 'arrow_function'])).toEqual(['map']);
    expect(Date.now() - began).toBeLessThan(20_000);
  }, 60_000);
});
