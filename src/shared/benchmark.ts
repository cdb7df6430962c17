/** Benchmarks: versioned sets of tasks. */
import { z } from 'zod';
import { nameSchema } from './name';

/** `benchmark.json` beside the tasks. */
export const benchmarkManifestSchema = z.object({
  schemaVersion: z.literal(1),
  name: nameSchema,
  version: z.string().min(1),
  title: z.string(),
  description: z.string(),
  toolchain: z.string().describe('name of the toolchain that judges it'),
  systemPrompt: z.string().nullable(),
  maxNewTokens: z.int().min(1).default(512),
  file: z.string().describe('JSONL file of tasks beside this one'),
  license: z.string(),
  toy: z.boolean().default(false),
  gates: z.array(z.string()).default([]).describe("rules of the toolchain's that count here"),
});
export type BenchmarkManifest = Readonly<z.infer<typeof benchmarkManifestSchema>>;

/** One line of a benchmark's task file. */
export const taskSchema = z.object({
  id: z.string().min(1).max(200),
  category: z.string().min(1),
  prompt: z.string().min(1),
  reference: z.string().describe('a solution that passes every stage'),
  expectedOutput: z.string().nullish().describe('stdout, compared after trimming line ends'),
  tests: z.string().nullish().describe('hidden tests; the model never sees them'),
  entryPoint: z.string().nullish().describe('function that hidden tests call as `candidate`'),
  prelude: z
    .string()
    .nullish()
    .describe('code that the prompt began and an answer may leave out: imports, the head'),
  constructs: z.array(z.string()).default([]).describe('names defined by the toolchain'),
});
export type Task = Readonly<z.infer<typeof taskSchema>>;

/** Layouts in which tasks are published; `folder` is one folder a task. */
export const benchmarkLayouts = [
  'human-eval',
  'mbpp',
  'multipl-e',
  'prompt-reference',
  'lorabench',
  'folder',
] as const;

export const benchmarkSummarySchema = z
  .object({
    name: z.string(),
    version: z.string(),
    title: z.string(),
    description: z.string(),
    toolchain: z.string(),
    tasks: z.int(),
    categories: z.record(z.string(), z.int()),
    hash: z.string(),
    toy: z.boolean(),
    source: z.enum(['shipped', 'user']),
  })
  .readonly();
export type BenchmarkSummary = z.infer<typeof benchmarkSummarySchema>;
