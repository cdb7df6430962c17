/** How generations are drawn; part of an evaluation's comparability key. */
import { z } from 'zod';

export const samplingSchema = z.object({
  repeats: z.int().min(1).max(1000).default(1).describe('samples per task'),
  temperature: z.number().min(0).max(5).default(0).describe('0 is greedy'),
  topK: z.int().min(0).default(0).describe('0 is off'),
  topP: z.number().gt(0).max(1).default(1),
  repetitionPenalty: z.number().gt(0).default(1),
  maxNewTokens: z.int().min(1).max(32768).default(512),
  batchSize: z.int().min(1).max(4096).default(40).describe('pinned: greedy scores move with it'),
  seed: z.int().min(0).default(0),
});
export type Sampling = Readonly<z.infer<typeof samplingSchema>>;
