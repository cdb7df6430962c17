/** Training curves, reduced for drawing without losing a spike. */
import { z } from 'zod';

export const metricNameSchema = z.enum([
  'loss',
  'tokenAccuracy',
  'learningRate',
  'gradNorm',
  'tokensPerSecond',
  'peakMemoryBytes',
]);
export type MetricName = z.infer<typeof metricNameSchema>;
export const metricNames = metricNameSchema.options;

const column = z.array(z.number().nullable());

/** Buckets of consecutive steps. With one step a bucket, low = mean = high. `null`: non-finite or absent. */
export const metricWindowSchema = z
  .object({
    runId: z.string(),
    firstStep: z.int().describe('of the whole run; 0 when it has no step yet'),
    lastStep: z.int(),
    stepsPerBucket: z.int().min(1),
    step: z.array(z.int()).describe('last step of each bucket'),
    epoch: z.array(z.number()),
    tokens: z.array(z.number()).describe('target tokens seen up to the bucket'),
    time: z.array(z.number()).describe('milliseconds since 1970'),
    series: z.record(metricNameSchema, z.object({ low: column, mean: column, high: column })),
    validation: z.array(
      z.object({
        step: z.int(),
        epoch: z.number(),
        loss: z.number().nullable(),
        tokenAccuracy: z.number(),
      }),
    ),
    markers: z.array(
      z.object({
        kind: z.enum(['epoch', 'checkpoint', 'restart', 'warning']),
        step: z.int(),
        label: z.string(),
      }),
    ),
  })
  .readonly();
export type MetricWindow = z.infer<typeof metricWindowSchema>;
