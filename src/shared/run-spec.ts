/** `runs/<id>/spec.json`: the fully resolved specification that the worker reads. */
import { z } from 'zod';
import { nameSchema } from './name';
import {
  adapterSchema,
  batchSchema,
  dataSchema,
  monitoringSchema,
  resolvedQuantizationSchema,
  scheduleSchema,
} from './recipe';

/** A value set by `--set path=value` or in the window's form. */
export const overrideValueSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.union([z.string(), z.number()])),
]);
export type OverrideValue = z.infer<typeof overrideValueSchema>;

/** Every default written out: what a preset may leave open is closed here. */
export const runSpecSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('train'),
  id: z.string(),
  name: z.string(),
  createdAt: z.string().describe('ISO 8601'),
  preset: nameSchema.describe('the preset it began as'),
  overrides: z
    .record(z.string(), overrideValueSchema)
    .describe('what differs from the preset, by dotted path'),
  backend: z.enum(['torch', 'mlx']),
  device: z.object({
    id: z.string().describe('for example cpu, cuda:0, rocm:0, mlx'),
    kind: z.enum(['cpu', 'cuda', 'rocm', 'mlx']),
    name: z.string(),
    threads: z.int().min(1).describe('CPU threads of the worker'),
    architecture: z.string().nullable().default(null),
    recorded: z.boolean().default(false).describe('a recording: the worker computes on the CPU'),
  }),
  model: z.object({
    source: z.string().describe('as the preset names it'),
    path: z.string().describe('local folder'),
    hash: z.string().describe('sha256 of the weights and configuration files'),
  }),
  corpus: z.object({
    source: z.string(),
    path: z.string().describe('local JSONL file'),
    hash: z.string().describe('sha256 of the file'),
    version: z.string().nullable(),
  }),
  data: dataSchema,
  adapter: adapterSchema,
  quantization: resolvedQuantizationSchema,
  schedule: scheduleSchema,
  batch: batchSchema.extend({ micro: z.int().min(1), accumulation: z.int().min(1) }),
  monitoring: monitoringSchema,
  precision: z.enum(['float32', 'bfloat16', 'float16']),
  attention: z.enum(['eager', 'sdpa', 'flash_attention_2']),
  attentionReason: z.string().default(''),
  seed: z.int().min(0),
  adjustments: z
    .array(
      z.object({
        time: z.int().min(0),
        reason: z.enum(['out_of_memory']),
        step: z.int().min(0).describe('optimizer steps that were kept'),
        fromMicro: z.int().min(1),
        toMicro: z.int().min(1),
      }),
    )
    .default([])
    .describe('what the lab changed after the run began, so that it could go on'),
});
export type RunSpec = Readonly<z.infer<typeof runSpecSchema>>;
