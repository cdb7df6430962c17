/** Brings a published set of tasks into the lab home, and writes one out again. */
import { access, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BenchmarkManifest, benchmarkManifestSchema, type Task } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import type { LabContext } from '../context';
import { requireJudgeable } from '../evaluations/judge/judgeable';
import { findToolchain } from '../evaluations/toolchains/find-toolchain';
import { absolutePath } from '../models/find-model';
import { newId } from '../store/ids';
import { layoutNamed } from './layouts/all';
import { readFolders } from './layouts/read-folders';
import { type ReadTasks, readRows } from './layouts/read-rows';
import { loadBenchmark, locateBenchmarks, readBenchmark } from './load-benchmark';

export interface ImportRequest {
  readonly source: string;
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly layout: string;
  readonly toolchain?: string | undefined;
  readonly systemPrompt?: string | undefined;
  readonly maxNewTokens?: number | undefined;
  readonly gates: readonly string[];
}

/**
 * Writes the benchmark as a folder of the lab home. Nothing is written when anything is wrong.
 * @throws LabError naming the line, the name that is taken, or what the toolchain cannot judge
 */
export async function importBenchmark(
  context: LabContext,
  request: ImportRequest,
): Promise<{ readonly name: string; readonly tasks: number; readonly layout: string }> {
  const source = absolutePath(request.source);
  const stem = basename(source).replace(/\.jsonl?$/, '');
  const name = request.name ?? safeName(stem);
  const read = await readSource(source, request.layout);
  const toolchain = request.toolchain ?? read.toolchain;
  if (toolchain === null) throw noToolchain(source);
  const { definition } = await findToolchain(context, toolchain);
  const manifest = benchmarkManifestSchema.safeParse({
    schemaVersion: 1,
    name,
    version: 'v1',
    title: request.title ?? stem,
    description: `Imported from ${basename(source)} (${read.layout}).`,
    toolchain,
    systemPrompt: request.systemPrompt ?? null,
    maxNewTokens: request.maxNewTokens ?? 768,
    file: 'tasks.jsonl',
    license: 'that of its source',
    gates: request.gates,
  });
  if (!manifest.success) throw badName(name, manifest.error.issues[0]?.message ?? '');
  requireJudgeable(definition, read.tasks, request.gates);
  await requireFreeName(context, name);
  await write(context, manifest.data, read.tasks);
  context.changes.publish('benchmarks', name);
  return { name, tasks: read.tasks.length, layout: read.layout };
}

/** @throws LabError naming the tasks that the layout has no place for */
export async function exportBenchmark(
  context: LabContext,
  request: { readonly name: string; readonly layout: string },
): Promise<{ readonly text: string; readonly tasks: number }> {
  const { tasks } = await loadBenchmark(context, request.name);
  const layout = layoutNamed(request.layout);
  const rows = tasks.map((task) => ({ id: task.id, row: layout?.write(task) ?? null }));
  const without = rows.filter(({ row }) => row === null).map(({ id }) => id);
  if (layout !== undefined && without.length === 0) {
    return { text: rows.map(({ row }) => `${JSON.stringify(row)}\n`).join(''), tasks: rows.length };
  }
  throw new LabError({
    code: 'bad_input',
    what: `${request.name} cannot be written as ${request.layout}.`,
    why:
      layout === undefined
        ? 'There is no such layout.'
        : `${without.length} of its tasks hold what that layout has no place for.`,
    fix: 'Choose another layout; lorabench holds everything.',
    details: without.slice(0, 20),
  });
}

async function readSource(source: string, layout: string): Promise<ReadTasks> {
  const found = await stat(source).catch(() => null);
  const options = { category: 'imported' };
  if (found?.isDirectory() === true && (layout === 'auto' || layout === 'folder')) {
    return readFolders(source, options);
  }
  return readRows(source, layout, options);
}

async function requireFreeName(context: LabContext, name: string): Promise<void> {
  for (const located of await locateBenchmarks(context)) {
    const known = await readBenchmark(located).catch(() => null);
    if (known?.manifest.name === name) throw taken(name);
  }
  const folder = join(context.home.benchmarks, name);
  if (
    await access(folder).then(
      () => true,
      () => false,
    )
  )
    throw taken(name);
}

async function write(
  context: LabContext,
  manifest: BenchmarkManifest,
  tasks: readonly Task[],
): Promise<void> {
  const aside = join(context.home.cache, `import-${newId()}`);
  try {
    await mkdir(aside, { recursive: true });
    const text = tasks.map((task) => `${JSON.stringify(task)}\n`).join('');
    await writeFile(join(aside, manifest.file), text);
    await writeFile(join(aside, 'benchmark.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await rename(aside, join(context.home.benchmarks, manifest.name));
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw new LabError({
      code: 'failed',
      what: `The benchmark "${manifest.name}" could not be written.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Make room on the disk, or choose another lab home with --home.',
    });
  }
}

const safeName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);

const taken = (name: string): LabError =>
  new LabError({
    code: 'conflict',
    what: `There is a benchmark "${name}" already.`,
    why: 'Results that refer to it would mean something else.',
    fix: 'Choose another name with --name.',
  });

const badName = (name: string, why: string): LabError =>
  new LabError({
    code: 'bad_input',
    what: `The benchmark cannot be called "${name}".`,
    why,
    fix: 'Choose another name with --name.',
  });

const noToolchain = (source: string): LabError =>
  new LabError({
    code: 'bad_input',
    what: `${source} does not say which language its tasks are in.`,
    why: 'Its layout has no field for it, or its tasks differ.',
    fix: 'Name the toolchain that judges them with --toolchain, for example --toolchain python.',
  });
