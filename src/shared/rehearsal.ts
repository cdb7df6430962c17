/** A rehearsal: a few real steps on random weights of the exact architecture, measured. */
import { z } from 'zod';
import { failureCardSchema, jobStateSchema } from './job';
import { runSpecSchema } from './run-spec';

/** `jobs/<id>/spec.json` of a rehearsal. */
export const rehearseSpecSchema = runSpecSchema
  .omit({ kind: true, model: true, corpus: true })
  .extend({
    kind: z.literal('rehearse'),
    model: z.object({
      source: z.string(),
      configFolder: z.string().describe('folder with the config.json of the architecture'),
    }),
    steps: z
      .int()
      .min(1)
      .describe('measured optimizer steps; one more warms up and is not counted'),
    totalSteps: z.int().min(1).nullable().describe('of the whole run; null: corpus unknown'),
    exampleTokens: z.number().nullable().describe('mean tokens of an example; null: full length'),
    predictedBytes: z.number().nullable().default(null).describe('what fit said beforehand'),
  });
export type RehearseSpec = Readonly<z.infer<typeof rehearseSpecSchema>>;

/** `jobs/<id>/result.json`, written by the worker. Bytes and seconds. */
export const rehearsalResultSchema = z.object({
  schemaVersion: z.literal(1),
  parameters: z.int(),
  trainableParameters: z.int(),
  buildSeconds: z.number(),
  buildPeakBytes: z.int().describe('while the model was built and quantized layer by layer'),
  peakMemoryBytes: z.int().describe('over build and steps'),
  stepSeconds: z.array(z.number()).describe('of each measured optimizer step'),
  secondsPerStep: z.number().describe('median'),
  microBatchSeconds: z.number().nullish().describe('median, forward and backward'),
  optimizerSeconds: z.number().nullish().describe('median, the update at the end of a step'),
  tokensPerStep: z.int().describe('all of them, whether they carry loss or not'),
  tokensPerSecond: z.number(),
  device: z.string(),
  notes: z.array(z.string()),
});
export type RehearsalResult = Readonly<z.infer<typeof rehearsalResultSchema>>;

export const rehearsalSchema = z
  .object({
    id: z.string(),
    jobId: z.string().nullable(),
    createdAt: z.string(),
    status: jobStateSchema,
    message: z.string().nullable().describe('what it does now'),
    preset: z.string(),
    model: z.string(),
    device: z.object({
      id: z.string(),
      name: z.string(),
      recorded: z.boolean().optional().describe('a recording: it was computed on the CPU'),
    }),
    quantization: z.string(),
    precision: z.string(),
    microBatch: z.int(),
    accumulation: z.int(),
    maxLength: z.int(),
    totalSteps: z.int().nullable(),
    result: rehearsalResultSchema.nullable(),
    /** Of the whole run, from the measured step and the corpus's lengths; null while unknown. */
    totalSeconds: z.number().nullable(),
    predictedBytes: z.number().nullable().describe('what fit said beforehand'),
    failure: failureCardSchema.nullable(),
    /** Memory ran out: the training does not fit the device as it is. Absent: it is not known. */
    outOfMemory: z.boolean().optional(),
  })
  .readonly();
export type Rehearsal = z.infer<typeof rehearsalSchema>;
