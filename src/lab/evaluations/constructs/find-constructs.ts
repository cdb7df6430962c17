/** Language constructs found in the real syntax tree, by tree-sitter grammars compiled to WASM. */
import { createRequire } from 'node:module';
import { LabError } from '@shared/errors';
import type { Construct, Toolchain } from '@shared/toolchain';
import { Language, type Node, Parser, Query } from 'web-tree-sitter';

/** Says which of the toolchain's constructs a program uses. */
export interface ConstructFinder {
  /** Those of `wanted` that are missing. @throws LabError for a name the toolchain does not define */
  missing(code: string, wanted: readonly string[]): readonly string[];
}

type Matcher = (root: Node) => boolean;

const parseMilliseconds = 2_000;
const resolveFrom = createRequire(import.meta.url);
const started = { promise: null as Promise<void> | null };
const languages = new Map<string, Promise<Language>>();

/** @throws LabError when a grammar or a query of the toolchain cannot be used */
export async function createConstructFinder(toolchain: Toolchain): Promise<ConstructFinder> {
  const names = Object.keys(toolchain.constructs);
  if (toolchain.grammar === null || names.length === 0) return finderWithout(toolchain);
  const language = await loadLanguage(toolchain.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  const matchers = new Map(
    Object.entries(toolchain.constructs).map(([name, construct]) => [
      name,
      compile(language, name, construct),
    ]),
  );
  return {
    missing(code, wanted) {
      const checks = wanted.map((name) => ({ name, matches: matchers.get(name) }));
      const unknown = checks.find(({ matches }) => matches === undefined);
      if (unknown !== undefined) throw unknownConstruct(toolchain, unknown.name);
      const until = Date.now() + parseMilliseconds;
      const tree = parser.parse(code, null, { progressCallback: () => Date.now() > until });
      // A parse that takes this long is an attack on the parser; nothing was found then.
      if (tree === null) {
        parser.reset();
        return wanted;
      }
      try {
        return checks.filter(({ matches }) => !matches?.(tree.rootNode)).map(({ name }) => name);
      } finally {
        tree.delete();
      }
    },
  };
}

function finderWithout(toolchain: Toolchain): ConstructFinder {
  return {
    missing(_code, wanted) {
      const first = wanted[0];
      if (first !== undefined) throw unknownConstruct(toolchain, first);
      return [];
    },
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
  const query = (source: string): Query => {
    try {
      return new Query(language, source);
    } catch (error) {
      throw new LabError({
        code: 'bad_input',
        what: `The query of the construct "${name}" is not valid.`,
        why: error instanceof Error ? error.message : String(error),
        fix: "Correct the toolchain's file.",
      });
    }
  };
  const outer = query(construct.query);
  if (construct.call === undefined) return (root) => outer.matches(root).length > 0;
  const call = query(construct.call);
  return (root) =>
    outer.matches(root).some(({ captures }) => {
      const captured = (wanted: string) => captures.find((one) => one.name === wanted)?.node;
      const body = captured('body');
      const own = captured('name')?.text;
      if (body === undefined || own === undefined) return false;
      return call.captures(body).some((one) => one.name === 'callee' && one.node.text === own);
    });
}
