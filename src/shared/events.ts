/**
 * Events from the worker to the lab: one JSON object a line in `events.jsonl`, append-only.
 * A non-finite number is `null`, and `nonfinite` names what it was (JSON has no NaN).
 */
import { z } from 'zod';

const common = {
  v: z.literal(1).describe('version of the event format'),
  seq: z.int().min(1).describe('from 1, without gaps, also across resumes'),
  time: z.int().min(0).describe('milliseconds since 1970-01-01 UTC'),
};

const nonfinite = z
  .enum(['nan', 'inf', '-inf'])
  .nullish()
  .describe('what a null metric of this event was');

export const phaseNameSchema = z.enum([
  'starting',
  'checking_corpus',
  'loading_model',
  'training',
  'saving',
  'generating',
  'downloading',
  'building_model',
  'rehearsing',
]);
export type PhaseName = z.infer<typeof phaseNameSchema>;

/** The worker entered a phase. `plan` comes with `training`, `resumedFrom` after a restart. */
export const phaseEventSchema = z.object({
  ...common,
  kind: z.literal('phase'),
  phase: phaseNameSchema,
  message: z.string(),
  plan: z
    .object({
      totalSteps: z.int().min(1).describe('optimizer steps of the whole run'),
      stepsPerEpoch: z.int().min(1),
      epochs: z.number(),
      examples: z.int().min(0).describe('training examples, validation excluded'),
      validationExamples: z.int().min(0),
      targetTokensPerEpoch: z.int().min(0).describe('tokens that carry loss in one epoch'),
      microBatch: z.int().min(1),
      accumulation: z.int().min(1),
      trainableParameters: z.int().min(0),
      totalParameters: z.int().min(0),
    })
    .nullish(),
  resumedFrom: z.int().min(0).nullish().describe('step of the checkpoint it resumed from'),
});

/** One optimizer step. */
export const stepEventSchema = z.object({
  ...common,
  kind: z.literal('step'),
  step: z.int().min(1).describe('optimizer steps completed'),
  epoch: z.number().min(0),
  loss: z.number().nullable().describe('mean over the non-masked tokens of the whole step, nats'),
  correctTokens: z.int().min(0),
  targetTokens: z.int().min(0),
  tokenAccuracy: z.number().min(0).max(1).describe('correctTokens / targetTokens'),
  learningRate: z.number(),
  gradNorm: z.number().nullable().describe('before clipping'),
  tokensPerSecond: z.number().min(0).describe('target tokens per second'),
  peakMemoryBytes: z.int().min(0),
  nonfinite,
});

/** A pass over the validation examples; `step` has the same meaning as in `step` events. */
export const validationEventSchema = z.object({
  ...common,
  kind: z.literal('validation'),
  step: z.int().min(0),
  epoch: z.number().min(0),
  loss: z.number().nullable(),
  correctTokens: z.int().min(0),
  targetTokens: z.int().min(0),
  tokenAccuracy: z.number().min(0).max(1),
  seconds: z.number().min(0),
  nonfinite,
});

/** A complete checkpoint lies at `path` (relative to the run folder). */
export const checkpointEventSchema = z.object({
  ...common,
  kind: z.literal('checkpoint'),
  step: z.int().min(0),
  path: z.string(),
  bytes: z.int().min(0),
  seconds: z.number().min(0),
});

export const memoryEventSchema = z.object({
  ...common,
  kind: z.literal('memory'),
  usedBytes: z.int().min(0).describe('resident set of the worker, or allocated on its GPU'),
  peakBytes: z.int().min(0),
  totalBytes: z.int().min(0).describe('what the device has'),
});

/** Text generated from a fixed prompt during training, to see the model learn. */
export const sampleEventSchema = z.object({
  ...common,
  kind: z.literal('sample'),
  step: z.int().min(0),
  prompt: z.string(),
  text: z.string(),
});

export const warningEventSchema = z.object({
  ...common,
  kind: z.literal('warning'),
  code: z.string().describe('machine-readable, for example corpus_rows, broken_checkpoint'),
  message: z.string(),
  details: z.array(z.string()).describe('one fact a line'),
});

export const errorEventSchema = z.object({
  ...common,
  kind: z.literal('error'),
  code: z
    .string()
    .describe('for example out_of_memory, bad_corpus, bad_model, disk_full, internal'),
  message: z.string(),
  fix: z.string().describe('what the user can do'),
  details: z.array(z.string()),
});

/** The last event of a worker that ended by itself. */
export const doneEventSchema = z.object({
  ...common,
  kind: z.literal('done'),
  outcome: z.enum(['completed', 'stopped']),
  steps: z.int().min(0).describe('optimizer steps, or generations of an evaluation'),
  seconds: z.number().min(0).describe('of this process'),
  message: z.string(),
});

/** How far a job without optimizer steps has come: a download, the building of a model. */
export const progressEventSchema = z.object({
  ...common,
  kind: z.literal('progress'),
  done: z.number().min(0),
  total: z.number().min(0).nullable(),
  unit: z.enum(['bytes', 'layers', 'steps']),
  message: z.string(),
});

export const heartbeatEventSchema = z.object({ ...common, kind: z.literal('heartbeat') });

export const eventSchema = z.discriminatedUnion('kind', [
  phaseEventSchema,
  stepEventSchema,
  validationEventSchema,
  checkpointEventSchema,
  memoryEventSchema,
  sampleEventSchema,
  warningEventSchema,
  errorEventSchema,
  doneEventSchema,
  progressEventSchema,
  heartbeatEventSchema,
]);

export type PhaseEvent = Readonly<z.infer<typeof phaseEventSchema>>;
export type StepEvent = Readonly<z.infer<typeof stepEventSchema>>;
export type ValidationEvent = Readonly<z.infer<typeof validationEventSchema>>;
export type CheckpointEvent = Readonly<z.infer<typeof checkpointEventSchema>>;
export type SampleEvent = Readonly<z.infer<typeof sampleEventSchema>>;
export type WarningEvent = Readonly<z.infer<typeof warningEventSchema>>;
export type ProgressEvent = Readonly<z.infer<typeof progressEventSchema>>;
export type ErrorEvent = Readonly<z.infer<typeof errorEventSchema>>;
export type DoneEvent = Readonly<z.infer<typeof doneEventSchema>>;
export type WorkerEvent = Readonly<z.infer<typeof eventSchema>>;
