/** Every procedure may fail with a `LabErrorValue` in `data`; shells show its three sentences. */
import { oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrorValueSchema } from '../errors';

export const procedure = oc.errors({
  LAB_ERROR: { status: 400, data: labErrorValueSchema },
});

export const byId = z.object({ id: z.string().min(1) });
export const nothing = z.object({ ok: z.literal(true) });
