/**
 * Reads a folder of tasks: one folder a task with `prompt.txt`, `expected_output.txt` (or
 * `tests.txt`), a reference named after the task (`fizzbuzz/fizzbuzz.js`), and optionally
 * `constructs.txt` and `category.txt`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { Task } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import type { ReadTasks } from './read-rows';

const toolchains: Readonly<Record<string, string>> = {
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.py': 'python',
  '.go': 'go',
  '.ts': 'typescript',
  '.sno': 'synoema',
};

/** @throws LabError naming the folder that lacks something */
export async function readFolders(
  path: string,
  options: { readonly category: string },
): Promise<ReadTasks> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const toolchainsFound = new Set<string | null>();
  const tasks: Task[] = [];
  for (const name of names.sort()) {
    const { task, toolchain } = await readTask(join(path, name), name, options.category);
    tasks.push(task);
    toolchainsFound.add(toolchain);
  }
  if (tasks.length === 0) throw lacks(path, 'It holds no folder with a prompt.txt.');
  const [only = null] = toolchainsFound.size === 1 ? toolchainsFound : [];
  return { layout: 'folder', tasks, toolchain: only };
}

async function readTask(folder: string, name: string, category: string) {
  const files = await readdir(folder);
  const text = (file: string): Promise<string | null> =>
    files.includes(file) ? readFile(join(folder, file), 'utf8') : Promise.resolve(null);
  const prompt = await text('prompt.txt');
  if (prompt === null || prompt.trim() === '') throw lacks(folder, 'It has no prompt.txt.');
  const reference = files.find((file) => parse(file).name === name);
  if (reference === undefined) {
    throw lacks(folder, `It has no reference solution named ${name}, such as ${name}.py.`);
  }
  const expectedOutput = await text('expected_output.txt');
  const tests = await text('tests.txt');
  if (expectedOutput === null && tests === null) {
    throw lacks(folder, 'It has neither expected_output.txt nor tests.txt.');
  }
  const constructs = (await text('constructs.txt'))?.split(/\s+/).filter(Boolean) ?? [];
  const task: Task = {
    id: name,
    category: (await text('category.txt'))?.trim() || category,
    prompt: prompt.trim(),
    reference: await readFile(join(folder, reference), 'utf8'),
    ...(expectedOutput === null ? {} : { expectedOutput }),
    ...(tests === null ? {} : { tests }),
    constructs,
  };
  return { task, toolchain: toolchains[parse(reference).ext] ?? null };
}

function lacks(where: string, why: string): LabError {
  return new LabError({
    code: 'bad_input',
    what: `The tasks cannot be read: ${where}`,
    why,
    fix: 'Give every task a folder with prompt.txt, expected_output.txt and a reference solution.',
  });
}
