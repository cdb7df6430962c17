/** Corpora: versioned sets of training examples. */
import { z } from 'zod';
import { nameSchema } from './name';

/** `corpus.json` beside the rows. */
export const corpusManifestSchema = z.object({
  schemaVersion: z.literal(1),
  name: nameSchema,
  version: z.string().min(1),
  title: z.string(),
  description: z.string(),
  format: z.enum(['chatml', 'alpaca']),
  file: z.string().describe('JSONL file beside this one'),
  license: z.string(),
});
export type CorpusManifest = Readonly<z.infer<typeof corpusManifestSchema>>;

export const badRowReasonSchema = z.enum([
  'broken_json',
  'wrong_encoding',
  'not_an_object',
  'unknown_format',
  'no_assistant_turn',
  'empty_text',
  'no_target_tokens',
  'too_long',
]);
export type BadRowReason = z.infer<typeof badRowReasonSchema>;

/** What a check of a corpus file found; made by the worker, which has the tokenizer. */
export const corpusReportSchema = z.object({
  path: z.string(),
  format: z.enum(['chatml', 'alpaca', 'mixed']).nullable(),
  rows: z.int().min(0).describe('lines that are not blank'),
  usable: z.int().min(0),
  truncated: z.int().min(0).describe('rows cut to the length limit because the user asked for it'),
  categories: z.record(z.string(), z.int()),
  tokens: z
    .object({ mean: z.number(), median: z.number(), max: z.int(), total: z.int() })
    .nullable()
    .describe('of the usable rows; null when no tokenizer was given'),
  badRows: z.array(
    z.object({
      line: z.int().min(1).describe('line number in the file, from 1'),
      reason: badRowReasonSchema,
      message: z.string(),
    }),
  ),
});
export type CorpusReport = Readonly<z.infer<typeof corpusReportSchema>>;

export const corpusSummarySchema = z
  .object({
    name: z.string(),
    version: z.string(),
    title: z.string(),
    description: z.string(),
    format: z.enum(['chatml', 'alpaca']),
    path: z.string(),
    examples: z.int(),
    source: z.enum(['shipped', 'user']),
  })
  .readonly();
export type CorpusSummary = z.infer<typeof corpusSummarySchema>;
