import { z } from 'zod';
import { exportSummarySchema } from '../export';
import { procedure } from './base';

export const exportsContract = {
  /** Of one run, the newest first; one that was finished and taken away is not listed. */
  list: procedure
    .input(z.object({ runId: z.string().min(1) }))
    .output(z.array(exportSummarySchema)),
  /** Queues an export; refused where something lies already. */
  start: procedure
    .input(
      z.object({
        runId: z.string().min(1),
        step: z.int().min(0).nullable().default(null).describe('null: the finished adapter'),
        to: z.enum(['merged']),
        out: z.string().min(1).optional().describe('folder; absent: in the run’s folder'),
      }),
    )
    .output(z.object({ id: z.string(), jobId: z.string() })),
};
