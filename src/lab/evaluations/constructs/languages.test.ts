import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabHome } from '../../store/home';
import { loadToolchains } from '../toolchains/load-toolchains';
import { createConstructFinder } from './find-constructs';

const root = join(import.meta.dirname, '../../../..');
const toolchains = await loadToolchains({
  home: new LabHome('/nowhere'),
  places: { resources: join(root, 'resources'), python: '', environments: '' },
});

/** toolchain, construct, a program that uses it, and one that only seems to */
const examples: readonly (readonly [string, string, string, string])[] = [
  ['python', 'list_comprehension', '[x for x in y]', '"[x for x in y]"; (x for x in y)'],
  ['python', 'dict_comprehension', '{k: 1 for k in y}', '{k for k in y}'],
  ['python', 'generator_expression', 'sum(x for x in y)', 'sum([x for x in y])'],
  ['python', 'lambda', 'f = lambda x: x', '# lambda x: x'],
  ['python', 'f_string', 'f"{x}"', '"{x}".format(x=1); f"plain"'],
  ['python', 'for_loop', 'for x in y: pass', '[x for x in y]'],
  ['python', 'while_loop', 'while x: pass', '"while x: pass"'],
  ['python', 'if_statement', 'if x: pass', 'x if y else z'],
  ['python', 'conditional_expression', 'x if y else z', 'if x: pass'],
  ['python', 'try_except', 'try:\n  x\nexcept E:\n  y', 'try:\n  x\nfinally:\n  y'],
  ['python', 'with_statement', 'with x: pass', '# with x: pass'],
  ['python', 'generator', 'def f():\n  yield 1', 'def f():\n  return "yield"'],
  ['python', 'class', 'class A: pass', 'type("class A", (), {})'],
  ['python', 'inheritance', 'class A(B): pass', 'class A: pass'],
  ['python', 'decorator', '@d\ndef f(): pass', 'x = a @ d'],
  ['python', 'dataclass', '@dataclass\nclass A: pass', '@other\nclass A: pass'],
  ['python', 'dataclass', '@dataclasses.dataclass(frozen=True)\nclass A: pass', 'dataclass(A)'],
  ['python', 'match_statement', 'match x:\n  case 1: pass', 'match = 1'],
  ['python', 'unpacking', 'a, b = c', 'a = b, c'],
  ['python', 'unpacking', 'f(*x)', 'f(x * y)'],
  ['python', 'slicing', 'x[1:2]', 'x[1]; {1: 2}'],
  ['python', 'set', '{1, 2}', '{1: 2}'],
  ['python', 'dictionary', 'Counter(x)', 'counter(x)'],
  ['python', 'type_hints', 'def f(x: int): pass', 'def f(x=1): pass'],
  ['python', 'sorted', 'x.sort()', 'sort = 1'],
  ['python', 'enumerate', 'enumerate(x)', '"enumerate(x)"'],
  ['python', 'zip', 'zip(x, y)', 'x.zip(y)'],
  ['python', 'join', '" ".join(x)', 'join(x)'],
  ['python', 'recursion', 'def f(n):\n  return f(n - 1)', 'def f(n):\n  return g(n)\nf(1)'],
  [
    'python',
    'recursion',
    'class A:\n  def f(self):\n    return self.f()',
    'class A:\n  def pop(self):\n    return items.pop()',
  ],
  ['go', 'goroutine', 'package p\nfunc f() { go g() }', 'package p\n// go g()'],
  ['go', 'channel', 'package p\nvar c chan int', 'package p\nvar c int'],
  ['go', 'select', 'package p\nfunc f() { select {} }', 'package p\nvar s = "select {}"'],
  ['go', 'defer', 'package p\nfunc f() { defer g() }', 'package p\nfunc f() { g() }'],
  ['go', 'generics', 'package p\nfunc f[T any](x T) {}', 'package p\nfunc f(x []int) {}'],
  ['go', 'interface', 'package p\ntype I interface{ F() }', 'package p\ntype I struct{}'],
  ['go', 'struct', 'package p\ntype S struct{}', 'package p\ntype S int'],
  ['go', 'method', 'package p\nfunc (s S) F() {}', 'package p\nfunc F(s S) {}'],
  ['go', 'map', 'package p\nvar m map[string]int', 'package p\nvar m []int'],
  ['go', 'slice', 'package p\nvar s []int', 'package p\nvar s [3]int'],
  ['go', 'range', 'package p\nfunc f() { for range x {} }', 'package p\nfunc f() { for {} }'],
  ['go', 'switch', 'package p\nfunc f() { switch x {} }', 'package p\nfunc f() { if x {} }'],
  ['go', 'closure', 'package p\nvar f = func() {}', 'package p\nfunc f() {}'],
  [
    'go',
    'error_wrapping',
    'package p\nvar e = fmt.Errorf("x: %w", err)',
    'package p\nvar e = fmt.Errorf("x: %v", err)',
  ],
  ['go', 'recursion', 'package p\nfunc f() { f() }', 'package p\nfunc f() { g() }'],
  ['typescript', 'interface', 'interface A { x: number }', 'const x = "interface A {}";'],
  ['typescript', 'type_alias', 'type A = string;', 'const type = 1;'],
  ['typescript', 'generics', 'function f<T>(x: T) {}', 'const x = 1 < 2;'],
  ['typescript', 'union_type', 'let x: string | number;', 'const x = 1 | 2;'],
  ['typescript', 'enum', 'enum A { B }', '// enum A { B }'],
  ['typescript', 'class', 'class A {}', 'const x = "class A {}";'],
  ['typescript', 'arrow_function', 'const f = () => 1;', 'let f: () => number;'],
  ['typescript', 'readonly', 'interface A { readonly x: number }', 'interface A { x: number }'],
];

describe('constructs of the other languages', () => {
  it.each(examples)('%s: %s is found in %j, not in %j', async (name, construct, uses, seems) => {
    const toolchain = toolchains.get(name);
    if (toolchain === undefined) throw new Error(`${name} does not ship`);
    const finder = await createConstructFinder(toolchain);
    expect(finder.missing(uses, [construct])).toEqual([]);
    expect(finder.missing(seems, [construct])).toEqual([construct]);
  });

  it('have an example here for every construct that ships', () => {
    const shown = new Set(examples.map(([name, construct]) => `${name} ${construct}`));
    const shipped = ['python', 'go', 'typescript'].flatMap((name) =>
      Object.keys(toolchains.get(name)?.constructs ?? {}).map(
        (construct) => `${name} ${construct}`,
      ),
    );
    expect(shipped.filter((one) => !shown.has(one))).toEqual([]);
  });

  it('know the imports that a gate forbids', async () => {
    const go = toolchains.get('go');
    if (go === undefined) throw new Error('go does not ship');
    const finder = await createConstructFinder(go);
    const foreign = (code: string) =>
      finder.names(code, go.gates.no_third_party_imports?.query ?? '');
    expect(foreign('package p\nimport (\n"fmt"\n"net/http"\n"github.com/x/y"\n)')).toEqual([
      '"github.com/x/y"',
    ]);
    expect(foreign('package p\nimport "encoding/json"')).toEqual([]);
  });
});
