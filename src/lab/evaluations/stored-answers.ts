/** Subjects that need no model: the tasks' own solutions, and generations stored in a file. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import type { EvaluationSpec } from '@shared/evaluation';
import { type Generation, generationSchema } from '@shared/judgement';
import { parseJson } from '@shared/parse-json';
import { z } from 'zod';
import { referenceGeneration } from '../benchmarks/check-benchmark';
import { appendLines, generationReader, sampleKey } from './evaluation-files';

/** A stored answer may be a full line of generations.jsonl, or just a task's id and a text. */
const storedSchema = z.union([
  generationSchema,
  z
    .object({ taskId: z.string(), sample: z.int().min(0).default(0), text: z.string() })
    .transform(({ taskId, sample, text }) => ({ ...referenceGeneration(taskId, text, sample) })),
]);

/** Writes what is missing of the subject's generations; does nothing for subjects with a model. */
export async function writeStoredAnswers(
  folder: string,
  spec: EvaluationSpec,
  tasks: readonly Task[],
): Promise<void> {
  const wanted = await answersOf(spec, tasks);
  const known = new Set((await generationReader(folder).readOn()).map(sampleKey));
  const missing = wanted.filter((generation) => !known.has(sampleKey(generation)));
  if (missing.length > 0) await appendLines(join(folder, 'generations.jsonl'), missing);
}

async function answersOf(spec: EvaluationSpec, tasks: readonly Task[]): Promise<Generation[]> {
  const { repeats } = spec.comparability.sampling;
  if (spec.subject.kind === 'replay') {
    const answers = await readStored(spec.subject.path);
    const stored = new Map(answers.map((answer) => [sampleKey(answer), answer]));
    const wanted = samplesOf(tasks, repeats);
    const missing = wanted.filter((sample) => !stored.has(sampleKey(sample)));
    if (missing.length > 0) throw incomplete(spec.subject.path, missing, wanted.length);
    return wanted.flatMap((sample) => stored.get(sampleKey(sample)) ?? []);
  }
  return samplesOf(tasks, repeats).map(({ taskId, sample, reference }) =>
    referenceGeneration(taskId, reference, sample),
  );
}

interface WantedSample {
  readonly taskId: string;
  readonly sample: number;
  readonly reference: string;
}

function samplesOf(tasks: readonly Task[], repeats: number): readonly WantedSample[] {
  return tasks.flatMap(({ id, reference }) =>
    Array.from({ length: repeats }, (_, sample) => ({ taskId: id, sample, reference })),
  );
}

function incomplete(path: string, missing: readonly WantedSample[], wanted: number): LabError {
  return new LabError({
    code: 'bad_input',
    what: `The stored generations ${path} do not fit the benchmark.`,
    why: `${missing.length} of ${wanted} samples are not in it.`,
    fix: 'Replay generations that were made for this benchmark, with as many repeats.',
    details: missing.slice(0, 20).map(({ taskId, sample }) => `${taskId}, sample ${sample}`),
  });
}

async function readStored(path: string): Promise<Generation[]> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  const problems: string[] = [];
  const answers: Generation[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const parsed = storedSchema.safeParse(parseJson(line));
    if (parsed.success) answers.push(parsed.data);
    else problems.push(`line ${index + 1}: no stored generation (taskId, text)`);
  }
  if (problems.length === 0) return answers;
  throw new LabError({
    code: 'bad_input',
    what: `The stored generations ${path} cannot be replayed.`,
    why: problems[0] ?? '',
    fix: 'Mend the lines that are named.',
    details: problems.slice(0, 20),
  });
}
