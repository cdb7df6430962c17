import { z } from 'zod';
import { taskSchema } from '../benchmark';
import {
  agentSchema,
  comparisonSchema,
  comparisonTableSchema,
  evaluationSpecSchema,
  evaluationSummarySchema,
  leaderboardSchema,
} from '../evaluation';
import { failureCardSchema, jobStateSchema } from '../job';
import { generationSchema, judgementSchema } from '../judgement';
import { drawingChoiceSchema } from '../sampling';
import { byId, nothing, procedure } from './base';

/** An evaluation in a list; `summary` is there once it is finished. */
export const evaluationListItemSchema = z
  .object({
    id: z.string(),
    subject: z.string(),
    subjectKind: z.string(),
    runId: z.string().nullable(),
    benchmark: z.string(),
    key: z.string(),
    status: jobStateSchema,
    generated: z.int(),
    judged: z.int(),
    samples: z.int().describe('tasks × repeats'),
    createdAt: z.string(),
    finishedAt: z.string().nullable(),
    summary: evaluationSummarySchema.nullable(),
  })
  .readonly();
export type EvaluationListItem = z.infer<typeof evaluationListItemSchema>;

export const evaluationDetailSchema = z
  .object({
    item: evaluationListItemSchema,
    spec: evaluationSpecSchema,
    failure: failureCardSchema.nullable(),
    /** The evaluation it is naturally compared with: a run's base model, same key. */
    rivalId: z.string().nullable(),
    folder: z.string(),
  })
  .readonly();
export type EvaluationDetail = z.infer<typeof evaluationDetailSchema>;

export const taskResultSchema = z
  .object({
    task: taskSchema,
    samples: z.array(
      z.object({ generation: generationSchema, judgement: judgementSchema.nullable() }),
    ),
  })
  .readonly();
export type TaskResult = z.infer<typeof taskResultSchema>;

export const evaluationsContract = {
  list: procedure.output(z.array(evaluationListItemSchema)),
  get: procedure.input(byId).output(evaluationDetailSchema),
  /** Verdict a task so far, without code: small enough to poll while it runs. */
  cells: procedure.input(byId).output(
    z.array(
      z.object({
        taskId: z.string(),
        category: z.string(),
        passed: z.int(),
        judged: z.int(),
        failure: z.string().nullable(),
      }),
    ),
  ),
  task: procedure.input(byId.extend({ taskId: z.string() })).output(taskResultSchema),
  /**
   * `subject`: base:MODEL, a run's id or name, gguf:FILE, endpoint:NAME, reference, replay:FILE, a
   * model that ships, or agent: before one that answers. Sampling that is absent is greedy, with the
   * benchmark's own length.
   */
  enqueue: procedure
    .input(
      z.object({
        subject: z.string().min(1),
        benchmark: z.string().min(1),
        repeats: z.int().min(1).default(1),
        ...drawingChoiceSchema.shape,
        rounds: agentSchema.shape.rounds.optional().describe('of agent:SUBJECT; absent: 3'),
        allGates: z
          .boolean()
          .optional()
          .describe('of agent:SUBJECT: told of every gate, not of those alone that count'),
        allowUnsandboxed: z.boolean().default(false).describe('judge even without a sandbox'),
      }),
    )
    .output(z.object({ id: z.string() })),
  compare: procedure
    .input(z.object({ a: z.string(), b: z.string(), force: z.boolean().default(false) }))
    .output(comparisonSchema),
  /** The first is what the others are measured against. */
  compareAll: procedure
    .input(z.object({ ids: z.array(z.string()).min(2).max(20), force: z.boolean().default(false) }))
    .output(comparisonTableSchema),
  leaderboard: procedure.input(z.object({ benchmark: z.string() })).output(leaderboardSchema),
  delete: procedure.input(byId).output(nothing),
};
