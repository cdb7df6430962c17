import { z } from 'zod';
import { fitReportSchema } from '../fit';
import { presetSchema } from '../preset';
import { rehearsalSchema } from '../rehearsal';
import { overrideValueSchema } from '../run-spec';
import { byId, procedure } from './base';

/** A preset by name, or one that is being edited; with changes. */
const subject = z.object({
  preset: z.string().min(1).optional(),
  draft: presetSchema.optional(),
  overrides: z.record(z.string(), overrideValueSchema).default({}),
  device: z.string().optional().describe('device id; absent: the chosen one'),
});

export const fitContract = {
  /** Predicted memory and time; needs neither the weights nor the corpus. */
  predict: procedure.input(subject).output(fitReportSchema),
};

export const rehearsalsContract = {
  list: procedure.output(z.array(rehearsalSchema)),
  get: procedure.input(byId).output(rehearsalSchema),
  /** Queues a measured dry run on random weights of the exact architecture. */
  start: procedure
    .input(subject.extend({ steps: z.int().min(1).max(50).default(3) }))
    .output(z.object({ id: z.string(), jobId: z.string() })),
};
