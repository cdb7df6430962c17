import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { doctorCheckSchema, machineLoadSchema, machineSchema } from '../machine';
import { nothing, procedure } from './base';

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
    'machine',
    'exports',
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
  /** The device that a window's trainings and rehearsals are for; null: the lab's choice. */
  deviceChoice: procedure.output(z.object({ id: z.string().nullable() })),
  /** Kept in the lab home, for every window of it. A terminal names its device itself. */
  chooseDevice: procedure.input(z.object({ id: z.string().min(1).nullable() })).output(nothing),
  /** One reading a second while somebody listens. */
  load: procedure.output(eventIterator(machineLoadSchema)),
  doctor: procedure.output(z.array(doctorCheckSchema)),
  /** Notices of changes made by any process that shares the lab home. */
  changes: procedure.output(eventIterator(z.array(changeSchema))),
};
