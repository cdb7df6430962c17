import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { metricWindowSchema } from '../metrics';
import { runDetailSchema, runSummarySchema, trainRequestSchema } from '../run';
import { telemetryWindowSchema } from '../telemetry';
import { byId, nothing, procedure } from './base';

export const runsContract = {
  list: procedure.output(z.array(runSummarySchema)),
  get: procedure.input(byId).output(runDetailSchema),
  /** Enqueues a training and the evaluations that follow it. */
  train: procedure
    .input(trainRequestSchema)
    .output(z.object({ runId: z.string(), evaluationIds: z.array(z.string()) })),
  rename: procedure.input(byId.extend({ name: z.string().trim().min(1).max(80) })).output(nothing),
  /** Asks for a checkpoint and an orderly end. */
  stop: procedure.input(byId).output(nothing),
  /** Continues a stopped or failed run from its last complete checkpoint. */
  resume: procedure.input(byId).output(nothing),
  /** Moves the run's folder to the lab home's trash; its evaluations stay. */
  delete: procedure.input(byId).output(nothing),
  metrics: procedure
    .input(
      byId.extend({
        fromStep: z.int().min(0).optional(),
        toStep: z.int().min(0).optional(),
        maxPoints: z.int().min(10).max(20_000).default(1500),
      }),
    )
    .output(metricWindowSchema),
  /** What the device did meanwhile; empty when nothing was recorded. */
  telemetry: procedure
    .input(byId.extend({ maxPoints: z.int().min(10).max(20_000).default(1500) }))
    .output(telemetryWindowSchema),
  /** A notice whenever the run has new events or a new state; at most 25 a second. */
  follow: procedure
    .input(byId)
    .output(eventIterator(z.object({ lastStep: z.int(), eventCount: z.int() }))),
  log: procedure
    .input(byId.extend({ fromByte: z.int().min(0).default(0) }))
    .output(z.object({ text: z.string(), nextByte: z.int(), end: z.boolean() })),
};
