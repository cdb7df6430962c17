/** Language constructs found in the real syntax tree, by tree-sitter grammars compiled to WASM. */
import { createRequire } from 'node:module';
import { LabError } from '@shared/errors';
import type { Construct, Toolchain } from '@shared/toolchain';
import { Language, type Node, Parser, Query } from 'web-tree-sitter';

/** Says which of the toolchain's constructs a program uses. */
export interface ConstructFinder {
  /** Those of `wanted` that are missing. @throws LabError for a name the toolchain does not define */
  missing(code: string, wanted: readonly string[]): readonly string[];
  /** Texts of the nodes that a query captures as @name, else as anything; each once, in order. */
  names(code: string, query: string): readonly string[];
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
  if (toolchain.grammar === null) return finderWithout(toolchain);
  const language = await loadLanguage(toolchain.grammar);
  const queries = new Map<string, Query>();
  const parser = new Parser();
  parser.setLanguage(language);
  const matchers = new Map(
    Object.entries(toolchain.constructs).map(([name, construct]) => [
      name,
      compile(language, name, construct),
    ]),
  );
  /** Null when parsing takes so long that it is an attack on the parser. */
  const withTree = <Result>(code: string, work: (root: Node) => Result): Result | null => {
    const until = Date.now() + parseMilliseconds;
    const tree = parser.parse(code, null, { progressCallback: () => Date.now() > until });
    if (tree === null) {
      parser.reset();
      return null;
    }
    try {
      return work(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
  return {
    missing(code, wanted) {
      const checks = wanted.map((name) => ({ name, matches: matchers.get(name) }));
      const unknown = checks.find(({ matches }) => matches === undefined);
      if (unknown !== undefined) throw unknownConstruct(toolchain, unknown.name);
      const missing = (root: Node) =>
        checks.filter(({ matches }) => !matches?.(root)).map(({ name }) => name);
      return withTree(code, missing) ?? wanted;
    },
    names(code, source) {
      const query = queries.get(source) ?? compileQuery(language, 'of a gate or of tests', source);
      queries.set(source, query);
      const texts = withTree(code, (root) => {
        const captures = query.captures(root);
        const named = captures.filter(({ name }) => name === 'name');
        return (named.length > 0 ? named : captures).map(({ node }) => node.text);
      });
      return [...new Set(texts ?? [])];
    },
    parses: (code) => withTree(code, (root) => !root.hasError) ?? false,
  };
}

function finderWithout(toolchain: Toolchain): ConstructFinder {
  return {
    missing(_code, wanted) {
      const first = wanted[0];
      if (first !== undefined) throw unknownConstruct(toolchain, first);
      return [];
    },
    names: () => [],
    parses: () => false,
  };
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
    return await Language.load(resolveFrom.resolve(`${grammar}/${grammar}.wasm`));
  } catch (error) {
    throw new LabError({
      code: 'unavailable',
      what: `The grammar "${grammar}" cannot be loaded.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'A grammar is an npm package that holds <name>.wasm; reinstall with npm ci.',
    });
  }
}

function compile(language: Language, name: string, construct: Construct): Matcher {
  const outer = compileQuery(language, `of the construct "${name}"`, construct.query);
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
