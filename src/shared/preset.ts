/** A preset: one click. Files are YAML in resources/presets and in the lab home's presets folder. */
import { z } from 'zod';
import { environmentNameSchema } from './environment-name';
import { fitBadgeSchema, timeBasisSchema } from './fit';
import { nameSchema } from './name';
import {
  adapterSchema,
  batchSchema,
  dataSchema,
  monitoringSchema,
  precisionSchema,
  quantizationSchema,
  scheduleSchema,
} from './recipe';

export const queuedEvaluationSchema = z.strictObject({
  benchmark: z.string().min(1).describe('name of a benchmark'),
  repeats: z.int().min(1).default(1).describe('samples a task'),
  temperature: z.number().min(0).default(0).describe('0: always the likeliest token'),
});

export const presetSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: nameSchema.describe('file name and the name in commands'),
  title: z.string().min(1).max(80).describe('what the button says'),
  description: z.string().default('').describe('one or two sentences for those who choose'),
  toy: z.boolean().default(false).describe('exists to try the lab'),
  model: z.string().min(1).describe('name of a model that ships, a local folder, or a hub id'),
  corpus: z.string().min(1).describe('name of a corpus (name or name@version), or a JSONL file'),
  data: dataSchema.prefault({}),
  adapter: adapterSchema.prefault({}),
  quantization: quantizationSchema.prefault({}),
  schedule: scheduleSchema.prefault({}),
  batch: batchSchema.prefault({}),
  monitoring: monitoringSchema.prefault({}),
  precision: precisionSchema.default('auto'),
  seed: z.int().min(0).default(1).describe('same seed, device and versions: same numbers'),
  evaluations: z
    .array(queuedEvaluationSchema)
    .default([])
    .describe('queued after the training, for the base and the tuned model'),
  smoke: nameSchema
    .nullable()
    .default(null)
    .describe('saved smoke test that the tuned model must pass before it is evaluated'),
});
export type Preset = Readonly<z.infer<typeof presetSchema>>;

/** Something that a preset lacks, and what the lab offers to do about it. */
export const presetNeedSchema = z
  .object({
    kind: z.enum(['model', 'corpus', 'benchmark', 'device', 'environment', 'value']),
    text: z.string().describe('what is missing and how to get it'),
    offer: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('download'), source: z.string() }),
        z.object({ kind: z.literal('install'), environment: environmentNameSchema }),
        z.object({ kind: z.literal('choose-corpus') }),
      ])
      .nullable(),
  })
  .readonly();
export type PresetNeed = z.infer<typeof presetNeedSchema>;

/** A preset as the window and `lab presets list` show it. */
export const presetCardSchema = z
  .object({
    preset: presetSchema,
    source: z.enum(['shipped', 'user']),
    ready: z.boolean(),
    needs: z.array(presetNeedSchema),
    fit: fitBadgeSchema.nullable().describe('on the chosen device; null: the shape is not known'),
    /** From past runs of this preset on this machine, else an estimate that says so; null: unknown. */
    expectedSeconds: z.number().nullable(),
    expectation: timeBasisSchema,
  })
  .readonly();
export type PresetCard = z.infer<typeof presetCardSchema>;
