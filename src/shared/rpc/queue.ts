import { z } from 'zod';
import { queueSnapshotSchema } from '../job';
import { byId, nothing, procedure } from './base';

export const queueContract = {
  snapshot: procedure.output(queueSnapshotSchema),
  /** Puts a queued job before another; `null` is the end. */
  move: procedure.input(byId.extend({ before: z.string().nullable() })).output(nothing),
  cancel: procedure.input(byId).output(nothing),
  retry: procedure.input(byId).output(nothing),
  pause: procedure.output(nothing),
  resume: procedure.input(z.object({}).optional()).output(nothing),
};
