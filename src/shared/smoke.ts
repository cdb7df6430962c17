/** Smoke tests: one prompt against a few subjects, before a whole benchmark is spent on them. */
import { z } from 'zod';
import { evaluationSpecSchema, subjectSchema } from './evaluation';
import { failureCardSchema, jobStateSchema } from './job';
import { nameSchema } from './name';
import { drawingSchema, samplingSchema } from './sampling';

/** What must hold of an answer; what is absent is not looked at. */
export const smokeExpectationsSchema = z.strictObject({
  finishReason: z.enum(['stop', 'length']).optional(),
  minTokens: z.int().min(0).optional(),
  maxTokens: z.int().min(0).optional(),
  noLeakedTurns: z.boolean().default(true).describe('it does not speak for anybody else'),
  toolCall: z
    .enum(['well-formed', 'recoverable', 'none'])
    .optional()
    .describe('recoverable: or better'),
  contains: z.array(z.string().min(1)).default([]),
  matches: z.array(z.string().min(1)).default([]).describe('regular expressions'),
});
export type SmokeExpectations = Readonly<z.infer<typeof smokeExpectationsSchema>>;

const originSchema = z.strictObject({ benchmark: z.string(), task: z.string() });

/** A smoke test that was saved: `smokes/<name>.yaml` in the lab home. */
export const smokeCheckSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: nameSchema,
  prompt: z.string().min(1),
  systemPrompt: z.string().nullable().default(null),
  origin: originSchema.nullable().default(null).describe('the task that the prompt is from'),
  sampling: drawingSchema.prefault({}),
  expect: smokeExpectationsSchema.prefault({}),
});
export type SmokeCheck = Readonly<z.infer<typeof smokeCheckSchema>>;

/** `jobs/<id>/spec.json` of a smoke test. */
export const smokeSpecSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('smoke'),
  id: z.string(),
  createdAt: z.string(),
  candidates: z
    .array(
      z.object({
        label: z.string(),
        subject: subjectSchema,
        precision: evaluationSpecSchema.shape.precision,
        promptFormat: evaluationSpecSchema.shape.comparability.shape.promptFormat,
      }),
    )
    .min(1)
    .max(8),
  prompt: z.string(),
  systemPrompt: z.string().nullable(),
  origin: originSchema.nullable(),
  sampling: samplingSchema,
  check: z.string().nullable().describe('name of the saved smoke test that it is'),
  expect: smokeExpectationsSchema.nullable(),
  backend: evaluationSpecSchema.shape.backend,
  device: evaluationSpecSchema.shape.device,
});
export type SmokeSpec = Readonly<z.infer<typeof smokeSpecSchema>>;
export type SmokeCandidate = SmokeSpec['candidates'][number];

const candidate = z.int().min(0).describe('place in the list of candidates');

/** One line of `stream.jsonl`: answers as they come, by the worker and, for endpoints, by the lab. */
export const smokeLineSchema = z.discriminatedUnion('kind', [
  /** It is asked; what came for it before no longer counts. */
  z.object({ kind: z.literal('begin'), candidate }),
  z.object({ kind: z.literal('piece'), candidate, text: z.string() }),
  z.object({
    kind: z.literal('end'),
    candidate,
    text: z.string().describe('whole; tokens that end or begin turns are left in'),
    finishReason: z.enum(['stop', 'length', 'error']),
    promptTokens: z.int().min(0),
    completionTokens: z.int().min(0),
    seconds: z.number().min(0).describe('from the question to the last token'),
    firstTokenSeconds: z.number().min(0).nullable(),
    error: z.string().nullish(),
  }),
]);
export type SmokeLine = Readonly<z.infer<typeof smokeLineSchema>>;
export type SmokeEnd = Extract<SmokeLine, { kind: 'end' }>;

export const leakedTurnSchema = z.object({
  mark: z.string().describe('the text that begins a turn'),
  family: z.string().describe('the chat format that it is from'),
  at: z.int().min(0).describe('characters before it'),
});
export type LeakedTurn = Readonly<z.infer<typeof leakedTurnSchema>>;

export const toolCallSchema = z.object({
  shape: z.enum(['well-formed', 'recoverable', 'none']),
  style: z.enum(['tags', 'mistral', 'json']).nullable(),
  name: z.string().nullable().describe('of the function'),
  calls: z.int().min(0),
  problem: z.string().nullable().describe('why it is only recoverable'),
});
export type ToolCall = Readonly<z.infer<typeof toolCallSchema>>;

export const smokeFindingsSchema = z.object({
  finishReason: z.enum(['stop', 'length']),
  promptTokens: z.int(),
  completionTokens: z.int(),
  seconds: z.number(),
  firstTokenSeconds: z.number().nullable(),
  tokensPerSecond: z.number().nullable().describe('after the first token; null: fewer than two'),
  leakedTurns: z.array(leakedTurnSchema),
  toolCall: toolCallSchema,
});
export type SmokeFindings = Readonly<z.infer<typeof smokeFindingsSchema>>;

export const metExpectationSchema = z.object({
  expectation: z.string().describe('in words: finish reason is stop'),
  found: z.string(),
  met: z.boolean(),
});
export type MetExpectation = Readonly<z.infer<typeof metExpectationSchema>>;

export const smokeAnswerSchema = z.object({
  label: z.string(),
  kind: z.string().describe('of the subject'),
  runId: z.string().nullable(),
  status: z.enum(['waiting', 'answering', 'done', 'failed']),
  text: z.string(),
  error: z.string().nullable(),
  findings: smokeFindingsSchema.nullable(),
  expectations: z.array(metExpectationSchema),
});
export type SmokeAnswer = Readonly<z.infer<typeof smokeAnswerSchema>>;

export const smokeSchema = z
  .object({
    id: z.string(),
    jobId: z.string().nullable(),
    createdAt: z.string(),
    status: jobStateSchema,
    message: z.string().nullable(),
    prompt: z.string(),
    systemPrompt: z.string().nullable(),
    origin: originSchema.nullable(),
    sampling: samplingSchema,
    check: z.string().nullable(),
    answers: z.array(smokeAnswerSchema),
    /** Every answer is as expected; null when nothing was expected or an answer is missing. */
    met: z.boolean().nullable(),
    failure: failureCardSchema.nullable(),
  })
  .readonly();
export type Smoke = z.infer<typeof smokeSchema>;
