/** Benchmarks as folders: those that ship, and the user's own in the lab home. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type BenchmarkManifest,
  benchmarkManifestSchema,
  type Task,
  taskSchema,
} from '@shared/benchmark';
import { LabError } from '@shared/errors';
import { z } from 'zod';
import type { LabContext } from '../context';
import { foldersWith } from '../corpora/folders';
import { canonicalJson, sha256 } from '../models/canonical-json';

export interface Benchmark {
  readonly manifest: BenchmarkManifest;
  readonly tasks: readonly Task[];
  /** sha256 over all that decides what is asked and how it is judged. */
  readonly hash: string;
  readonly source: 'shipped' | 'user';
}

type Places = Pick<LabContext, 'home' | 'places'>;

interface Located {
  readonly manifestPath: string;
  readonly source: Benchmark['source'];
}

/** Manifests of all benchmarks, shipped first. */
export async function locateBenchmarks(context: Places): Promise<readonly Located[]> {
  const shipped = await foldersWith(join(context.places.resources, 'benchmarks'), 'benchmark.json');
  const own = await foldersWith(context.home.benchmarks, 'benchmark.json');
  return [
    ...shipped.map((manifestPath) => ({ manifestPath, source: 'shipped' as const })),
    ...own.map((manifestPath) => ({ manifestPath, source: 'user' as const })),
  ];
}

/** @throws LabError when there is none of that name, or naming the file and line that is wrong */
export async function loadBenchmark(context: Places, name: string): Promise<Benchmark> {
  const known: string[] = [];
  for (const located of await locateBenchmarks(context)) {
    const manifest = await readManifest(located.manifestPath);
    if (manifest.name === name) return readBenchmark(located, manifest);
    known.push(manifest.name);
  }
  throw new LabError({
    code: 'not_found',
    what: `There is no benchmark "${name}".`,
    why: `Known are: ${known.join(', ') || 'none'}.`,
    fix: `Put a folder with benchmark.json and its tasks into ${context.home.benchmarks}.`,
  });
}

export async function readBenchmark(
  { manifestPath, source }: Located,
  known?: BenchmarkManifest,
): Promise<Benchmark> {
  const manifest = known ?? (await readManifest(manifestPath));
  const tasks = await readTasks(join(dirname(manifestPath), manifest.file));
  const { gates, systemPrompt, toolchain } = manifest;
  return {
    manifest,
    tasks,
    source,
    // Without gates the hash is that of earlier versions, which knew none.
    hash: sha256(
      canonicalJson({ systemPrompt, toolchain, tasks, ...(gates.length > 0 ? { gates } : {}) }),
    ),
  };
}

async function readManifest(path: string): Promise<BenchmarkManifest> {
  try {
    return benchmarkManifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw badBenchmark(path, why);
  }
}

/** Tasks of a JSONL file. @throws LabError with the file and line of the first thing wrong */
export async function readTasks(path: string): Promise<readonly Task[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw badBenchmark(path, String(error));
  });
  const tasks: Task[] = [];
  const lineOf = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const where = `${path}:${index + 1}`;
    const parsed = taskSchema.safeParse(parseLine(line, where));
    if (!parsed.success) throw badBenchmark(where, z.prettifyError(parsed.error));
    const task = parsed.data;
    const before = lineOf.get(task.id);
    if (before !== undefined) {
      throw badBenchmark(where, `The id "${task.id}" was already used in line ${before}.`);
    }
    lineOf.set(task.id, index + 1);
    tasks.push(task);
  }
  if (tasks.length === 0) throw badBenchmark(path, 'It has no tasks.');
  return tasks;
}

function parseLine(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw badBenchmark(where, error instanceof Error ? error.message : String(error));
  }
}

function badBenchmark(where: string, why: string): LabError {
  return new LabError({
    code: 'bad_input',
    what: `The benchmark cannot be read: ${where}`,
    why,
    fix: 'Correct the file; one JSON object a line with id, category, prompt and reference.',
  });
}
