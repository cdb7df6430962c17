/** The parts of a training that a preset and a run's specification have in common. */
import { z } from 'zod';

/** LoRA parameters; names as in PEFT, in camelCase. */
export const adapterSchema = z.object({
  rank: z
    .int()
    .min(1)
    .max(1024)
    .default(16)
    .describe('size of the low-rank update: more can learn more, and takes more memory'),
  alpha: z.number().positive().default(32).describe('scale: the update counts alpha / rank'),
  dropout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe("share of the adapter's inputs left out at random; against overfitting"),
  targetModules: z
    .array(z.string().min(1))
    .min(1)
    .default(['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'])
    .describe('linear layers that get an adapter'),
  rankStabilized: z.boolean().default(false).describe('rsLoRA: scale by alpha / sqrt(rank)'),
  weightDecomposed: z
    .boolean()
    .default(false)
    .describe('DoRA: trains the length of each weight apart from its direction; slower'),
  initialization: z
    .enum(['default', 'gaussian', 'pissa', 'pissa_niter_16'])
    .default('default')
    .describe("how the adapter begins; PiSSA: with the base model's principal components"),
});
export type Adapter = Readonly<z.infer<typeof adapterSchema>>;

/** Quantization of the frozen base model; `nf4` is 4-bit NormalFloat (QLoRA, arXiv 2305.14314). */
export const quantizationSchema = z.object({
  kind: z
    .enum(['none', 'nf4'])
    .default('none')
    .describe('nf4: the frozen base model in 4 bits, about a quarter of its memory'),
  doubleQuantization: z.boolean().default(true).describe('quantize the quantization constants too'),
  computeType: z
    .enum(['float32', 'bfloat16', 'float16', 'auto'])
    .default('auto')
    .describe('type that NF4 weights are expanded to; auto follows the training precision'),
});
export type Quantization = Readonly<z.infer<typeof quantizationSchema>>;

/** In a specification: what the backend really does. */
export const resolvedQuantizationSchema = quantizationSchema.extend({
  kind: z
    .enum(['none', 'nf4', 'mlx4'])
    .describe("mlx4: MLX's 4-bit affine groups, which stand for NF4 there"),
  computeType: z.enum(['float32', 'bfloat16', 'float16']),
});
export type ResolvedQuantization = Readonly<z.infer<typeof resolvedQuantizationSchema>>;

export const scheduleSchema = z.object({
  optimizer: z
    .enum(['adamw', 'adamw_8bit', 'paged_adamw_8bit'])
    .default('adamw')
    .describe('8-bit states save memory; the paged one spills to the host and is off on RDNA3'),
  learningRate: z
    .number()
    .positive()
    .max(1)
    .default(2e-4)
    .describe('size of a step at its peak; 1e-4 to 3e-4 is usual with LoRA'),
  decay: z
    .enum(['cosine', 'linear', 'constant'])
    .default('cosine')
    .describe('how the learning rate falls after the warm-up'),
  warmupSteps: z
    .int()
    .min(0)
    .default(20)
    .describe('steps over which the learning rate rises from zero'),
  epochs: z
    .number()
    .positive()
    .max(1000)
    .default(3)
    .describe('how often the whole corpus is trained on'),
  maxSteps: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('ends the run after this many steps, whatever the epochs'),
  weightDecay: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('pulls the adapter towards zero at every step; against overfitting'),
  maxGradNorm: z
    .number()
    .positive()
    .default(1)
    .describe('a longer gradient is cut to this length, so that one bad batch does no harm'),
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
  tooLong: z
    .enum(['leave-out', 'truncate'])
    .default('leave-out')
    .describe('rows with more tokens than batch.maxLength: left out and listed, or cut'),
});
export type DataOptions = Readonly<z.infer<typeof dataSchema>>;

export const precisionSchema = z
  .enum(['auto', 'float32', 'bfloat16', 'float16'])
  .describe('number format of the computation; auto: bfloat16 on a card that has it');
export type Precision = z.infer<typeof precisionSchema>;
