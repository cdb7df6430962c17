/** How generations are drawn; part of an evaluation's comparability key. */
import { z } from 'zod';

/** What decides which token comes next. */
export const drawingSchema = z.object({
  temperature: z.number().min(0).max(5).default(0).describe('0 is greedy'),
  topK: z.int().min(0).default(0).describe('0 is off'),
  topP: z.number().gt(0).max(1).default(1),
  repetitionPenalty: z.number().gt(0).default(1),
  repetitionWindow: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('last tokens that the repetition penalty looks at; absent: all of them'),
  maxNewTokens: z.int().min(1).max(32768).default(512),
  seed: z.int().min(0).default(0),
});

export const samplingSchema = drawingSchema.extend({
  repeats: z.int().min(1).max(1000).default(1).describe('samples per task'),
  batchSize: z.int().min(1).max(4096).default(40).describe('pinned: greedy scores move with it'),
});
export type Sampling = Readonly<z.infer<typeof samplingSchema>>;

/** What a user may choose of it; what is absent stays as it is. */
export const drawingChoiceSchema = z.object({
  temperature: drawingSchema.shape.temperature.unwrap().optional(),
  topK: drawingSchema.shape.topK.unwrap().optional(),
  topP: drawingSchema.shape.topP.unwrap().optional(),
  repetitionPenalty: drawingSchema.shape.repetitionPenalty.unwrap().optional(),
  repetitionWindow: z.int().min(0).max(1_000_000).optional().describe('0: the whole context'),
  maxNewTokens: drawingSchema.shape.maxNewTokens.unwrap().optional(),
  seed: drawingSchema.shape.seed.unwrap().optional(),
});
export type DrawingChoice = Readonly<z.infer<typeof drawingChoiceSchema>>;

/**
 * A complete sampling from what was chosen. A window without a penalty means nothing and one of 0
 * is the whole context (as llama.cpp's -1 is), so that equal conditions keep equal keys.
 */
export function samplingOf(choice: DrawingChoice & Partial<Pick<Sampling, 'repeats'>>): Sampling {
  const given = Object.fromEntries(
    Object.entries(choice).filter(([, value]) => value !== undefined),
  );
  const { repetitionWindow, ...rest } = given;
  const { repetitionPenalty } = drawingSchema.parse(rest);
  const window = repetitionPenalty === 1 || repetitionWindow === 0 ? undefined : repetitionWindow;
  return samplingSchema.parse(window === undefined ? rest : { ...rest, repetitionWindow: window });
}
