/** Source files stay short: a limit for each, and one for the median. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesBelow } from '../set-up/stamp.mjs';

const limit = 400;
const recipeLimit = 500;
const medianLimit = 90;

const generated = new Set(['python/lorabench/schemas.py']);

/** A flat Python recipe reads from top to bottom and may be longer. */
export const lineLimit = (file) =>
  /^python\/lorabench\/train_[^/]+\.py$/.test(file) ? recipeLimit : limit;

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param files [{file, lines}] with paths from the repository's root */
export function judgeSizes(files) {
  const problems = files
    .filter(({ file, lines }) => lines > lineLimit(file))
    .map(({ file, lines }) => `${file} has ${lines} lines; the limit is ${lineLimit(file)}`);
  const middle = median(files.map(({ lines }) => lines));
  if (middle >= medianLimit)
    problems.push(`half of the files have ${middle} lines or more; the limit is ${medianLimit}`);
  const largest = files.reduce((a, b) => (b.lines > a.lines ? b : a), { file: '-', lines: 0 });
  const total = files.reduce((sum, { lines }) => sum + lines, 0);
  const summary = `${files.length} files, ${total} lines, median ${middle}, longest ${largest.lines} (${largest.file})`;
  return { problems, summary };
}

const skipped = /[\\/](node_modules|__pycache__|fixtures|\.\w+)([\\/]|$)/;

export function sourceSizes(root) {
  return ['src', 'scripts', 'tests', 'python']
    .flatMap((folder) => filesBelow(join(root, folder), (file) => /\.(tsx?|mjs|py)$/.test(file)))
    .filter((path) => !skipped.test(path.slice(root.length)))
    .map((path) => ({ file: relative(root, path).replaceAll('\\', '/'), path }))
    .filter(({ file }) => !generated.has(file))
    .map(({ file, path }) => ({
      file,
      lines: readFileSync(path, 'utf8').split('\n').length - 1,
    }));
}
