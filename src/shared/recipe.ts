/** The parts of a training that a preset and a run's specification have in common. */
import { z } from 'zod';

/** LoRA parameters; names as in PEFT, in camelCase. */
export const adapterSchema = z.object({
  rank: z.int().min(1).max(1024).default(16).describe('size of the low-rank update'),
  alpha: z.number().positive().default(32).describe('scale: the update counts alpha / rank'),
  dropout: z.number().min(0).max(0.9).default(0),
  targetModules: z
    .array(z.string().min(1))
    .min(1)
    .default(['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'])
    .describe('linear layers that get an adapter'),
  rankStabilized: z.boolean().default(false).describe('rsLoRA: scale by alpha / sqrt(rank)'),
  weightDecomposed: z.boolean().default(false).describe('DoRA'),
  initialization: z.enum(['default', 'gaussian', 'pissa', 'pissa_niter_16']).default('default'),
});
export type Adapter = Readonly<z.infer<typeof adapterSchema>>;

/** Quantization of the frozen base model; `nf4` is 4-bit NormalFloat (QLoRA, arXiv 2305.14314). */
export const quantizationSchema = z.object({
  kind: z.enum(['none', 'nf4']).default('none'),
  doubleQuantization: z.boolean().default(true).describe('quantize the quantization constants too'),
  computeType: z
    .enum(['float32', 'bfloat16', 'float16', 'auto'])
    .default('auto')
    .describe('type that NF4 weights are expanded to; auto follows the training precision'),
});
export type Quantization = Readonly<z.infer<typeof quantizationSchema>>;

export const scheduleSchema = z.object({
  optimizer: z.enum(['adamw']).default('adamw'),
  learningRate: z.number().positive().max(1).default(2e-4),
  decay: z.enum(['cosine', 'linear', 'constant']).default('cosine'),
  warmupSteps: z.int().min(0).default(20),
  epochs: z.number().positive().max(1000).default(3),
  maxSteps: z.int().min(1).nullable().default(null).describe('ends the run early when set'),
  weightDecay: z.number().min(0).max(1).default(0),
  maxGradNorm: z.number().positive().default(1),
});
export type Schedule = Readonly<z.infer<typeof scheduleSchema>>;

export const batchSchema = z.object({
  effective: z.int().min(1).max(4096).default(16).describe('examples per optimizer step'),
  micro: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('examples at once; null: chosen by device'),
  maxLength: z.int().min(8).max(131072).default(512).describe('tokens per example'),
  groupByLength: z
    .boolean()
    .default(true)
    .describe('micro-batches of similar length, so that little is padding'),
  gradientCheckpointing: z.boolean().default(false).describe('less memory, about 30 % slower'),
});
export type Batch = Readonly<z.infer<typeof batchSchema>>;

export const monitoringSchema = z.object({
  validationShare: z.number().min(0).max(0.5).default(0.05).describe('of the corpus, held out'),
  validateEvery: z.int().min(1).nullable().default(null).describe('steps; null: once an epoch'),
  checkpointEvery: z.int().min(1).nullable().default(null).describe('steps; null: once an epoch'),
  keepCheckpoints: z.int().min(1).default(3).describe('the newest ones; the last is always kept'),
  sampleEvery: z.int().min(1).nullable().default(null).describe('steps; null: once an epoch'),
  samplePrompts: z.array(z.string()).default([]).describe('prompts to answer during training'),
});
export type Monitoring = Readonly<z.infer<typeof monitoringSchema>>;

export const dataSchema = z.object({
  format: z
    .enum(['auto', 'chatml', 'alpaca'])
    .default('auto')
    .describe('layout of the corpus rows'),
  promptFormat: z
    .enum(['chatml', 'alpaca'])
    .default('chatml')
    .describe("how the model is asked: its chat template, or Alpaca's headings"),
  trainOn: z.enum(['assistant', 'all']).default('assistant').describe('tokens that carry loss'),
  badRows: z
    .enum(['leave-out', 'stop'])
    .default('leave-out')
    .describe('rows that cannot be trained are always listed; then left out, or the run stops'),
  tooLong: z.enum(['leave-out', 'truncate']).default('leave-out'),
});
export type DataOptions = Readonly<z.infer<typeof dataSchema>>;

export const precisionSchema = z.enum(['auto', 'float32', 'bfloat16', 'float16']);
export type Precision = z.infer<typeof precisionSchema>;
