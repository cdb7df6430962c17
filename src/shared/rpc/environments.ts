import { z } from 'zod';
import { environmentCardSchema, environmentPlanSchema } from '../environment';
import { environmentNameSchema } from '../environment-name';
import { doctorCheckSchema } from '../machine';
import { procedure } from './base';

const byName = z.object({ name: environmentNameSchema });

export const environmentsContract = {
  list: procedure.output(z.array(environmentCardSchema)),
  /** What an installation would bring, asked of the package index. */
  plan: procedure.input(byName).output(environmentPlanSchema),
  /** Queues an installation; `repair` makes the environment anew. Cancel it in the queue. */
  install: procedure
    .input(byName.extend({ repair: z.boolean().default(false) }))
    .output(z.object({ jobId: z.string() })),
  /** Runs it for real: imports, a matrix product, NF4 forward and backward against the CPU. */
  check: procedure.input(byName).output(z.array(doctorCheckSchema)),
};
