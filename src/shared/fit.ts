/** Predicted memory and time of a training, part by part. Sizes in bytes. */
import { z } from 'zod';
import { overrideValueSchema } from './run-spec';

export const fitPartSchema = z.object({
  part: z.enum(['weights', 'adapter', 'optimizer', 'activations', 'logits', 'overhead']),
  bytes: z.number().min(0),
  explanation: z.string().describe('how it comes about, in one line'),
});
export type FitPart = Readonly<z.infer<typeof fitPartSchema>>;

/** `tight`: within the uncertainty of the prediction. */
export const fitVerdictSchema = z.enum(['fits', 'tight', 'does not fit']);
export type FitVerdict = z.infer<typeof fitVerdictSchema>;

export const timeBasisSchema = z
  .enum(['measured', 'rehearsed', 'estimated', 'unknown'])
  .describe('a past run, a rehearsal, or the device class');

export const fitReportSchema = z
  .object({
    preset: z.string(),
    device: z.object({ id: z.string(), name: z.string(), memoryBytes: z.number() }),
    usableBytes: z.number().describe('of the device, after what others hold'),
    verdict: fitVerdictSchema,
    badge: z.string().describe('"fits: 6.1 of 16 GB"'),
    sentence: z.string().describe('the verdict with its reason'),
    totalBytes: z.number(),
    parts: z.array(fitPartSchema),
    microBatch: z.int().min(1),
    accumulation: z.int().min(1),
    maxLength: z.int().min(1),
    quantization: z.enum(['none', 'nf4', 'mlx4']),
    precision: z.string(),
    trainableParameters: z.number(),
    totalParameters: z.number(),
    steps: z.int().nullable().describe('of the whole run; null while the corpus is missing'),
    secondsPerStep: z.number().nullable(),
    seconds: z.number().nullable(),
    timeBasis: timeBasisSchema,
    /** Measured over predicted peak of past runs and rehearsals on this device; null: none yet. */
    calibration: z.object({ factor: z.number(), measurements: z.int() }).nullable(),
    /** Changes that would make it fit, or fit better, the nearest first; empty when it fits. */
    changes: z.array(
      z.object({
        title: z.string(),
        overrides: z.record(z.string(), overrideValueSchema),
        totalBytes: z.number(),
        verdict: fitVerdictSchema,
      }),
    ),
    notes: z.array(z.string()).describe('what the prediction takes for granted'),
  })
  .readonly();
export type FitReport = z.infer<typeof fitReportSchema>;

/** The part of a report that a preset card has room for. */
export const fitBadgeSchema = z
  .object({
    verdict: fitVerdictSchema,
    badge: z.string(),
    totalBytes: z.number(),
    deviceBytes: z.number(),
    change: z.string().nullable().describe('the nearest change that would make it fit'),
  })
  .readonly();
export type FitBadge = z.infer<typeof fitBadgeSchema>;
