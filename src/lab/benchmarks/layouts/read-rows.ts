/** Reads a JSONL file of tasks in any layout. */
import { readFile } from 'node:fs/promises';
import type { Task } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import { z } from 'zod';
import { layoutNamed, layouts } from './all';
import type { ReadOptions, RowLayout } from './layout';

export interface ReadTasks {
  readonly layout: string;
  readonly tasks: readonly Task[];
  /** What the rows say they are written in; null when they do not say or do not agree. */
  readonly toolchain: string | null;
}

/** @param wanted name of a layout; `auto` takes the one that the first row fits */
export async function readRows(
  path: string,
  wanted: string,
  options: ReadOptions,
): Promise<ReadTasks> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw badRow(path, error instanceof Error ? error.message : String(error));
  });
  const rows = text
    .split('\n')
    .map((line, index) => ({ line, where: `${path}:${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, where }) => ({ value: parsed(line, where), where }));
  const [first] = rows;
  if (first === undefined) throw badRow(path, 'It has no rows.');
  const layout = wanted === 'auto' ? fitting(first.value, first.where) : named(wanted);
  const toolchains = new Set<string | null>();
  const lineOf = new Map<string, string>();
  const tasks = rows.map(({ value, where }) => {
    const { task, toolchain } = readRow(layout, value, where, options);
    const before = lineOf.get(task.id);
    if (before !== undefined) throw badRow(where, `The id "${task.id}" was used in ${before}.`);
    lineOf.set(task.id, where);
    toolchains.add(toolchain);
    return task;
  });
  const [only = null] = toolchains.size === 1 ? toolchains : [];
  return { layout: layout.name, tasks, toolchain: only };
}

function readRow(layout: RowLayout, value: unknown, where: string, options: ReadOptions) {
  const row = layout.schema.safeParse(value);
  if (!row.success) {
    throw badRow(where, `It is no row of ${layout.title}: ${z.prettifyError(row.error)}`);
  }
  try {
    return layout.read(row.data, options);
  } catch (error) {
    throw badRow(where, error instanceof Error ? error.message : String(error));
  }
}

function fitting(value: unknown, where: string): RowLayout {
  const found = layouts.find(({ schema }) => schema.safeParse(value).success);
  if (found !== undefined) return found as RowLayout;
  const fields =
    typeof value === 'object' && value !== null ? Object.keys(value).join(', ') : 'none';
  throw badRow(
    where,
    `Its fields (${fields}) fit none of: ${layouts.map(({ title }) => title).join('; ')}.`,
  );
}

function named(name: string): RowLayout {
  const found = layoutNamed(name);
  if (found !== undefined) return found;
  throw new LabError({
    code: 'bad_input',
    what: `There is no layout "${name}".`,
    why: 'A benchmark is read in a layout that the lab knows.',
    fix: `Known are: auto, ${layouts.map((layout) => layout.name).join(', ')}.`,
  });
}

function parsed(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw badRow(where, error instanceof Error ? error.message : String(error));
  }
}

function badRow(where: string, why: string): LabError {
  return new LabError({
    code: 'bad_input',
    what: `The tasks cannot be read: ${where}`,
    why,
    fix: 'Correct that line; nothing was imported.',
  });
}
