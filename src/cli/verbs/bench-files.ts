/** `lab bench import` and `lab bench export`. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { benchmarkLayouts } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import { z } from 'zod';
import { withLab } from '../open-lab';
import type { Answer, CommonOptions } from '../verb';
import { numberOption } from './options';

export interface BenchImportOptions extends CommonOptions {
  readonly name?: string;
  readonly title?: string;
  readonly layout: string;
  readonly toolchain?: string;
  readonly systemPrompt?: string;
  readonly maxNewTokens?: string;
  readonly gate?: readonly string[];
}

export interface BenchExportOptions extends CommonOptions {
  readonly layout: string;
  readonly to?: string;
}

const layoutSchema = z.enum(benchmarkLayouts);

export function importBenchmark(source: string, options: BenchImportOptions): Promise<Answer> {
  const { name, title, layout, toolchain, systemPrompt, maxNewTokens, gate = [] } = options;
  return withLab(options, async ({ client }) => {
    const imported = await client.benchmarks.import({
      source,
      layout: layout === 'auto' ? 'auto' : layoutOf(layout),
      ...(name === undefined ? {} : { name }),
      ...(title === undefined ? {} : { title }),
      ...(toolchain === undefined ? {} : { toolchain }),
      ...(systemPrompt === undefined ? {} : { systemPrompt }),
      ...(maxNewTokens === undefined
        ? {}
        : { maxNewTokens: numberOption('max-new-tokens', maxNewTokens) }),
      gates: [...gate],
    });
    const text = [
      `Imported ${imported.tasks} tasks (${imported.layout}) as ${imported.name}.`,
      `"lab bench check ${imported.name}" judges their reference solutions, which must pass.`,
    ].join('\n');
    return { value: imported, text };
  });
}

export function exportBenchmark(name: string, options: BenchExportOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const { text, tasks } = await client.benchmarks.export({
      name,
      layout: layoutOf(options.layout),
    });
    if (options.to === undefined) return { value: { tasks, text }, text: text.trimEnd() };
    const path = resolve(options.to);
    await writeFile(path, text, { flag: 'wx' }).catch((error: Error) => {
      throw new LabError({
        code: 'conflict',
        what: `${path} could not be written.`,
        why: error.message,
        fix: 'Name a file that does not exist yet, in a folder that you may write to.',
      });
    });
    return { value: { tasks, path }, text: `Wrote ${tasks} tasks to ${path}.` };
  });
}

function layoutOf(name: string): (typeof benchmarkLayouts)[number] {
  const parsed = layoutSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new LabError({
    code: 'bad_input',
    what: `There is no layout "${name}".`,
    why: 'Tasks are read and written in layouts that the lab knows.',
    fix: `Known are: auto, ${benchmarkLayouts.join(', ')}.`,
  });
}
