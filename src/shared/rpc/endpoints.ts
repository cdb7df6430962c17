import { z } from 'zod';
import { endpointCardSchema, endpointSchema, endpointTestSchema } from '../endpoint';
import { nothing, procedure } from './base';

const byName = z.object({ name: z.string().min(1) });

export const endpointsContract = {
  list: procedure.output(z.array(endpointCardSchema)),
  /** Writes an endpoint's file; refuses to replace one unless `replace`. */
  save: procedure
    .input(z.object({ endpoint: endpointSchema, replace: z.boolean().default(false) }))
    .output(nothing),
  /** Stores the key in the system's keychain; an empty one is forgotten. */
  setKey: procedure.input(byName.extend({ key: z.string().max(4096) })).output(nothing),
  /** Moves the endpoint's file to the lab home's trash and forgets its key. */
  remove: procedure.input(byName).output(nothing),
  /** Asks it one short question. */
  test: procedure.input(byName).output(endpointTestSchema),
};
