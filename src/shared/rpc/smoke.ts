import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { drawingChoiceSchema } from '../sampling';
import { smokeCheckSchema, smokeExpectationsSchema, smokeLineSchema, smokeSchema } from '../smoke';
import { byId, nothing, procedure } from './base';

export const smokeContract = {
  /** Queues one prompt for one or several subjects: a text, a task of a benchmark, or a saved test. */
  start: procedure
    .input(
      z.object({
        subjects: z.array(z.string().min(1)).min(1).max(8),
        prompt: z.string().min(1).optional(),
        origin: z.object({ benchmark: z.string().min(1), task: z.string().min(1) }).optional(),
        check: z.string().min(1).optional().describe('name of a saved smoke test'),
        systemPrompt: z.string().optional().describe("absent: the task's; empty: none"),
        sampling: drawingChoiceSchema.default({}),
        expect: smokeExpectationsSchema.optional(),
        save: z.string().min(1).optional().describe('also saves it under this name'),
        replace: z.boolean().default(false),
      }),
    )
    .output(z.object({ id: z.string(), jobId: z.string() })),
  get: procedure.input(byId).output(smokeSchema),
  /** Newest first. */
  list: procedure.output(z.array(smokeSchema)),
  /** Every line from the beginning, then those that come; ends with the job. */
  follow: procedure.input(byId).output(eventIterator(smokeLineSchema)),
  checks: procedure.output(z.array(smokeCheckSchema)),
  /** Moves a saved smoke test to the lab home's trash. */
  removeCheck: procedure.input(z.object({ name: z.string().min(1) })).output(nothing),
};
