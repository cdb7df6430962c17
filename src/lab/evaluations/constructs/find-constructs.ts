/** Language constructs found in the real syntax tree, by tree-sitter grammars compiled to WASM. */
import { createRequire } from 'node:module';
import { LabError } from '@shared/errors';
import type { Construct, Toolchain } from '@shared/toolchain';
import { Language, type Node, Parser, Query, type Tree } from 'web-tree-sitter';
import { createPatternFinder, type PatternFinder } from './patterns';

/** Says which of the toolchain's constructs a program uses. */
export interface ConstructFinder {
  /** Those of `wanted` that are missing. @throws LabError for a name the toolchain does not define */
  missing(code: string, wanted: readonly string[]): readonly string[];
  /** Texts of the nodes that a query captures as @name, else as anything; each once, in order. */
  names(code: string, query: string): readonly string[];
  /** What a query captures, by the captures' names; null when the code cannot be parsed in time. */
  captured(code: string, query: string): Readonly<Record<string, readonly string[]>> | null;
  /** Whether one of the toolchain's patterns is found outside comments and strings. */
  holds(code: string, pattern: string): boolean;
  /** Whether it is a whole program by itself. */
  parses(code: string): boolean;
}

type Matcher = (root: Node) => boolean;

const parseMilliseconds = 2_000;
const resolveFrom = createRequire(import.meta.url);
const started = { promise: null as Promise<void> | null };
const languages = new Map<string, Promise<Language>>();

/** @throws LabError when a grammar or a query of the toolchain cannot be used */
export async function createConstructFinder(toolchain: Toolchain): Promise<ConstructFinder> {
  const holds = createPatternFinder(toolchain);
  if (toolchain.grammar === null) return finderWithout(toolchain, holds);
  const language = await loadLanguage(toolchain.grammar);
  const queries = new Map<string, Query>();
  const parser = new Parser();
  parser.setLanguage(language);
  const matchers = new Map(
    Object.entries(toolchain.constructs).flatMap(([name, construct]) =>
      construct.query === undefined ? [] : [[name, compile(language, name, construct)] as const],
    ),
  );
  let last: { readonly code: string; readonly tree: Tree } | null = null;
  /** Null when parsing takes so long that it is an attack on the parser. */
  const withTree = <Result>(code: string, work: (root: Node) => Result): Result | null => {
    // A program is asked about several times in a row.
    if (last?.code !== code) {
      const until = Date.now() + parseMilliseconds;
      const tree = parser.parse(code, null, { progressCallback: () => Date.now() > until });
      if (tree === null) {
        parser.reset();
        return null;
      }
      last?.tree.delete();
      last = { code, tree };
    }
    return work(last.tree.rootNode);
  };
  const captured = (code: string, source: string) => {
    const query = queries.get(source) ?? compileQuery(language, 'of a gate or of tests', source);
    queries.set(source, query);
    return withTree(code, (root) => {
      const texts: Record<string, string[]> = {};
      for (const { name, node } of query.captures(root)) {
        texts[name] = [...(texts[name] ?? []), node.text];
      }
      return texts;
    });
  };
  return {
    missing(code, wanted) {
      requireKnown(toolchain, wanted);
      const found = (name: string, root: Node) =>
        matchers.get(name)?.(root) ?? holdsConstruct(toolchain, holds, code, name);
      const missing = (root: Node) => wanted.filter((name) => !found(name, root));
      return withTree(code, missing) ?? wanted;
    },
    names(code, source) {
      const { name, ...others } = captured(code, source) ?? {};
      return [...new Set(name ?? Object.values(others).flat())];
    },
    captured,
    holds,
    parses: (code) => withTree(code, (root) => !root.hasError) ?? false,
  };
}

function finderWithout(toolchain: Toolchain, holds: PatternFinder): ConstructFinder {
  return {
    missing(code, wanted) {
      requireKnown(toolchain, wanted);
      return wanted.filter((name) => !holdsConstruct(toolchain, holds, code, name));
    },
    holds,
    names: () => [],
    captured: () => ({}),
    parses: () => false,
  };
}

function requireKnown(toolchain: Toolchain, wanted: readonly string[]): void {
  const unknown = wanted.find((name) => toolchain.constructs[name] === undefined);
  if (unknown !== undefined) throw unknownConstruct(toolchain, unknown);
}

function holdsConstruct(
  { constructs }: Toolchain,
  holds: PatternFinder,
  code: string,
  name: string,
): boolean {
  const pattern = constructs[name]?.pattern;
  return pattern !== undefined && holds(code, pattern);
}

function unknownConstruct(toolchain: Toolchain, name: string): LabError {
  return new LabError({
    code: 'bad_input',
    what: `A task asks for the construct "${name}".`,
    why: `The toolchain "${toolchain.name}" does not define it.`,
    fix: `Known are: ${Object.keys(toolchain.constructs).join(', ') || 'none'}.`,
  });
}

async function loadLanguage(grammar: string): Promise<Language> {
  started.promise ??= Parser.init({
    locateFile: () => resolveFrom.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  });
  await started.promise;
  const known = languages.get(grammar);
  if (known !== undefined) return known;
  const loading = loadGrammar(grammar);
  languages.set(grammar, loading);
  return loading;
}

async function loadGrammar(grammar: string): Promise<Language> {
  try {
    const own = grammar.endsWith('.wasm');
    return await Language.load(own ? grammar : resolveFrom.resolve(`${grammar}/${grammar}.wasm`));
  } catch (error) {
    throw new LabError({
      code: 'unavailable',
      what: `The grammar "${grammar}" cannot be loaded.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'A grammar is a .wasm file, or an npm package that holds <name>.wasm; reinstall with npm ci.',
    });
  }
}

function compile(language: Language, name: string, construct: Construct): Matcher {
  const outer = compileQuery(language, `of the construct "${name}"`, construct.query ?? '');
  if (construct.call === undefined) return (root) => outer.matches(root).length > 0;
  const call = compileQuery(language, `of the construct "${name}"`, construct.call);
  return (root) =>
    outer.matches(root).some(({ captures }) => {
      const captured = (wanted: string) => captures.find((one) => one.name === wanted)?.node;
      const body = captured('body');
      const own = captured('name')?.text;
      if (body === undefined || own === undefined) return false;
      return call.captures(body).some((one) => one.name === 'callee' && one.node.text === own);
    });
}

function compileQuery(language: Language, of: string, source: string): Query {
  try {
    return new Query(language, source);
  } catch (error) {
    throw new LabError({
      code: 'bad_input',
      what: `The query ${of} is not valid.`,
      why: error instanceof Error ? error.message : String(error),
      fix: "Correct the toolchain's file.",
    });
  }
}
