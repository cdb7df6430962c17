/** What a toolchain said of a sample. Order of the stages and failure kinds: the contract's section 7. */
import { z } from 'zod';

export const stageNameSchema = z.enum([
  'extract',
  'syntax',
  'run',
  'output',
  'tests',
  'constructs',
  'gates',
]);
export type StageName = z.infer<typeof stageNameSchema>;

export const failureKindSchema = z.enum([
  'no_code',
  'syntax',
  'type',
  'runtime',
  'timeout',
  'wrong_output',
  'tests_failed',
  'construct_missing',
  'gate',
  'sandbox',
  'generation',
]);
export type FailureKind = z.infer<typeof failureKindSchema>;

/** One line of `generations.jsonl`; written by the worker. */
export const generationSchema = z.object({
  taskId: z.string(),
  sample: z.int().min(0).describe('0 … repeats − 1'),
  text: z.string(),
  finishReason: z.enum(['stop', 'length', 'error']),
  promptTokens: z.int().min(0),
  completionTokens: z.int().min(0),
  seconds: z.number().min(0).describe('of the batch, shared by its size'),
  error: z.string().nullish(),
});
export type Generation = Readonly<z.infer<typeof generationSchema>>;

export const stageResultSchema = z.object({
  stage: stageNameSchema,
  passed: z.boolean(),
  milliseconds: z.number().min(0),
  message: z.string().describe("the toolchain's own words, shortened; empty when it said nothing"),
});
export type StageResult = Readonly<z.infer<typeof stageResultSchema>>;

/** One line of `judgements.jsonl`. Stages after the first failure of extract, syntax or run are absent. */
export const judgementSchema = z.object({
  taskId: z.string(),
  sample: z.int().min(0),
  code: z.string().describe('what was extracted'),
  stages: z.array(stageResultSchema),
  passed: z.boolean().describe('every stage that the task has'),
  failure: failureKindSchema.nullable().describe('the first one'),
  message: z.string(),
  stdout: z.string(),
  stderr: z.string(),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
});
export type Judgement = Readonly<z.infer<typeof judgementSchema>>;
