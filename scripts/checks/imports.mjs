/** The direction of imports: which folder may import which, and who may import which package. */
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { filesBelow } from '../set-up/stamp.mjs';

const builtin = new Set(builtinModules);

/** Per folder below src/: other folders it may import, and a judgement of packages. */
const rules = {
  shared: { folders: [], allows: (name) => name === 'zod' || name === '@orpc/contract' },
  lab: { folders: ['shared'], allows: (name) => name !== 'electron' },
  cli: { folders: ['shared', 'lab'], allows: (name) => name !== 'electron' },
  main: { folders: ['shared', 'lab'], allows: () => true },
  preload: { folders: ['shared'], allows: () => true },
  renderer: {
    folders: ['shared'],
    allows: (name) => name !== 'electron' && !name.startsWith('node:') && !builtin.has(name),
  },
};

const packageName = (specifier) =>
  specifier.startsWith('node:')
    ? specifier
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

/** The folder below src/ that a specifier leads to, or null for a package. */
function targetFolder(file, specifier) {
  const alias = /^@(shared|lab|renderer)(\/|$)/.exec(specifier);
  if (alias) return alias[1];
  if (!specifier.startsWith('.')) return null;
  const target = relative('src', join(dirname(file), specifier));
  return target.split(sep)[0];
}

/**
 * What is wrong with one import, or null.
 * @param file path from the repository's root, such as src/lab/queue/queue.ts
 */
export function importProblem(file, specifier) {
  const folder = file.split(/[\\/]/)[1];
  const rule = rules[folder];
  if (!rule) return null;
  const isTest = /\.test\.tsx?$/.test(file);
  const target = targetFolder(file, specifier);
  if (target !== null) {
    // The version of the product.
    if (/^(\.\.\/)+package\.json$/.test(specifier) && folder !== 'shared') return null;
    if (target === folder || rule.folders.includes(target)) return null;
    // Unit tests share recorded data and fixture programs with the other tests.
    if (isTest && /^(\.\.\/)+tests\/(fixtures|integration\/support)\//.test(specifier)) return null;
    return `${folder} must not import from ${target === '..' ? 'outside src' : target}`;
  }
  if (rule.allows(packageName(specifier))) return null;
  // A test may use vitest, files and processes to check what it tests.
  if (isTest && packageName(specifier) !== 'electron') return null;
  return `${folder} must not import ${packageName(specifier)}`;
}

const lineOf = (text, offset) => text.slice(0, offset).split('\n').length;

async function importsOf(file, text) {
  const { parse } = await import('vite');
  const { module } = await parse(file, text);
  const named = (request) => ({ specifier: request.value, offset: request.start });
  return [
    ...module.staticImports.map((one) => named(one.moduleRequest)),
    ...module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) => (entry.moduleRequest ? [named(entry.moduleRequest)] : [])),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      specifier: text.slice(start, end).replace(/^['"`]|['"`]$/g, ''),
      offset: start,
    })),
  ];
}

/** Every import below src/ against the rules: `file:line  what is wrong`. */
export async function wrongImports(root) {
  const files = filesBelow(join(root, 'src'), (file) => /\.tsx?$/.test(file));
  const found = [];
  for (const path of files) {
    const file = relative(root, path);
    const text = await readFile(path, 'utf8');
    for (const { specifier, offset } of await importsOf(file, text)) {
      const problem = importProblem(file, specifier);
      if (problem) found.push(`${file}:${lineOf(text, offset)}  ${problem} (${specifier})`);
    }
  }
  return found;
}
