import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { doctorCheckSchema, machineLoadSchema, machineSchema } from '../machine';
import { procedure } from './base';

/** What changed in the lab; the window refetches what it shows of it. */
export const changeSchema = z.object({
  topic: z.enum([
    'queue',
    'runs',
    'evaluations',
    'presets',
    'corpora',
    'benchmarks',
    'models',
    'environments',
    'rehearsals',
    'endpoints',
    'smokes',
  ]),
  id: z.string().nullable(),
});
export type Change = Readonly<z.infer<typeof changeSchema>>;

export const machineContract = {
  about: procedure.output(
    z.object({
      version: z.string(),
      home: z.string(),
      shell: z.enum(['desktop', 'browser']),
      platform: z.string(),
    }),
  ),
  describe: procedure.output(machineSchema),
  /** Looks for devices again, for example after a driver was installed. */
  detect: procedure.output(machineSchema),
  /** One reading a second while somebody listens. */
  load: procedure.output(eventIterator(machineLoadSchema)),
  doctor: procedure.output(z.array(doctorCheckSchema)),
  /** Notices of changes made by any process that shares the lab home. */
  changes: procedure.output(eventIterator(z.array(changeSchema))),
};
