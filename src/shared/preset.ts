/** A preset: one click. Files are YAML in resources/presets and in the lab home's presets folder. */
import { z } from 'zod';
import {
  adapterSchema,
  batchSchema,
  dataSchema,
  monitoringSchema,
  precisionSchema,
  quantizationSchema,
  scheduleSchema,
} from './recipe';

/** Names that are safe as file and folder names on every operating system. */
export const nameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'use lower-case letters, digits, ".", "_" and "-", at most 64, starting with a letter or digit',
  );

export const queuedEvaluationSchema = z.strictObject({
  benchmark: z.string().min(1),
  repeats: z.int().min(1).default(1),
  temperature: z.number().min(0).default(0),
});

export const presetSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: nameSchema,
  title: z.string().min(1).max(80),
  description: z.string().default(''),
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
  seed: z.int().min(0).default(1),
  evaluations: z.array(queuedEvaluationSchema).default([]),
});
export type Preset = Readonly<z.infer<typeof presetSchema>>;

/** A preset as the window and `lab presets list` show it. */
export const presetCardSchema = z
  .object({
    preset: presetSchema,
    source: z.enum(['shipped', 'user']),
    ready: z.boolean(),
    needs: z.array(z.string()).describe('what is missing and how to get it'),
    /** From past runs of this preset on this machine, else an estimate that says so; null: unknown. */
    expectedSeconds: z.number().nullable(),
    expectation: z.enum(['measured', 'estimated', 'unknown']),
  })
  .readonly();
export type PresetCard = z.infer<typeof presetCardSchema>;
