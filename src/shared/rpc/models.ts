import { z } from 'zod';
import { baseModelSchema, modelOfferSchema } from '../base-model';
import { nothing, procedure } from './base';

const bySource = z.object({ source: z.string().min(1) });

export const modelsContract = {
  /** Shipped models, folders that were added, hub models that are here or that presets name. */
  list: procedure.output(z.array(baseModelSchema)),
  /** One model as it is on this machine; never asks the network. */
  inspect: procedure.input(bySource).output(baseModelSchema),
  /** Asks the hub what a download would bring. */
  look: procedure
    .input(bySource.extend({ revision: z.string().min(1).default('main') }))
    .output(modelOfferSchema),
  /** Queues a download; an interrupted one goes on where it was cut off. */
  download: procedure
    .input(bySource.extend({ revision: z.string().min(1).default('main') }))
    .output(z.object({ jobId: z.string() })),
  /** Adds a local folder to the library, after a look at what it holds. */
  add: procedure.input(z.object({ folder: z.string().min(1) })).output(baseModelSchema),
  /** Takes an added folder out of the library; its files stay. */
  forget: procedure.input(bySource).output(nothing),
};
