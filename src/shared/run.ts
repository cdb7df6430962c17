/** Runs as lists, pages and `lab runs` show them. */
import { z } from 'zod';
import { failureCardSchema, jobStateSchema } from './job';
import { environmentSchema } from './job-files';
import { overrideValueSchema, runSpecSchema } from './run-spec';

export const runSummarySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    preset: z.string(),
    status: jobStateSchema,
    model: z.string(),
    corpus: z.string(),
    quantization: z.string(),
    rank: z.int(),
    steps: z.int().min(0),
    totalSteps: z.int().nullable(),
    loss: z.number().nullable().describe('mean of the last 20 steps'),
    tokenAccuracy: z.number().nullable().describe('over the last 20 steps, from counts'),
    validationLoss: z.number().nullable(),
    validationTokenAccuracy: z.number().nullable(),
    seconds: z.number().describe('training time over all attempts'),
    peakMemoryBytes: z.int().nullable(),
    nonfinite: z.boolean().describe('a loss or gradient was NaN or infinite'),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    evaluations: z.array(
      z.object({
        id: z.string(),
        benchmark: z.string(),
        subject: z.string(),
        role: z.enum(['base', 'tuned', 'checkpoint', 'merged']),
        status: jobStateSchema,
        passAt1: z.number().nullable(),
      }),
    ),
  })
  .readonly();
export type RunSummary = z.infer<typeof runSummarySchema>;

export const checkpointSummarySchema = z.object({
  step: z.int(),
  path: z.string(),
  bytes: z.int(),
  createdAt: z.string(),
  complete: z.boolean(),
});

/** The smoke test that a run must pass before it is evaluated. */
export const runSmokeSchema = z.object({
  id: z.string(),
  jobId: z.string(),
  check: z.string().nullable().describe('name of the saved smoke test'),
  status: jobStateSchema,
  failure: failureCardSchema.nullable(),
  refused: z
    .array(z.object({ evaluationId: z.string(), jobId: z.string() }))
    .describe('evaluations that were not started because it was not passed'),
});
export type RunSmoke = Readonly<z.infer<typeof runSmokeSchema>>;

export const runDetailSchema = z
  .object({
    summary: runSummarySchema,
    spec: runSpecSchema,
    environment: environmentSchema.nullable(),
    checkpoints: z.array(checkpointSummarySchema),
    samples: z.array(z.object({ step: z.int(), prompt: z.string(), text: z.string() })),
    warnings: z.array(
      z.object({ code: z.string(), message: z.string(), details: z.array(z.string()) }),
    ),
    phase: z.object({ name: z.string(), message: z.string() }).nullable(),
    failure: failureCardSchema.nullable(),
    progress: z.number().nullable(),
    secondsLeft: z.number().nullable(),
    folder: z.string(),
    jobId: z.string().nullable(),
    smoke: runSmokeSchema.nullable().describe('null: the preset asks for none'),
  })
  .readonly();
export type RunDetail = z.infer<typeof runDetailSchema>;

/** What starts a training: a preset, or an earlier run's specification, with changes. */
export const trainRequestSchema = z
  .object({
    preset: z.string().min(1).optional(),
    fromRun: z.string().min(1).optional(),
    name: z.string().min(1).max(80).optional(),
    overrides: z.record(z.string(), overrideValueSchema).default({}),
    evaluate: z.array(z.string()).optional().describe('benchmarks; absent: as the preset says'),
    device: z.string().optional(),
  })
  .readonly();
export type TrainRequest = z.input<typeof trainRequestSchema>;
