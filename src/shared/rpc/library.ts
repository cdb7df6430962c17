import { z } from 'zod';
import { benchmarkLayouts, benchmarkSummarySchema, taskSchema } from '../benchmark';
import { corpusReportSchema, corpusSummarySchema } from '../corpus';
import { presetCardSchema, presetSchema } from '../preset';
import { nothing, procedure } from './base';

export const presetsContract = {
  list: procedure.output(z.array(presetCardSchema)),
  get: procedure.input(z.object({ name: z.string() })).output(presetCardSchema),
  /** Writes a user preset; refuses to replace one unless `replace`. */
  save: procedure
    .input(z.object({ preset: presetSchema, replace: z.boolean().default(false) }))
    .output(nothing),
  /** Moves a user preset to the lab home's trash; one that ships cannot be deleted. */
  delete: procedure.input(z.object({ name: z.string() })).output(nothing),
  /** Reads a preset file's text; the problems name their fields. Nothing is saved. */
  parse: procedure.input(z.object({ yaml: z.string().max(100_000) })).output(
    z.object({
      preset: presetSchema.nullable(),
      problems: z.array(z.object({ path: z.string(), message: z.string() })),
    }),
  ),
  /** The text of a preset file. */
  print: procedure.input(z.object({ preset: presetSchema })).output(z.object({ yaml: z.string() })),
};

export const corporaContract = {
  list: procedure.output(z.array(corpusSummarySchema)),
  validate: procedure
    .input(
      z.object({
        source: z.string().min(1),
        model: z.string().nullable().default(null),
        maxLength: z.int().min(8).default(512),
      }),
    )
    .output(corpusReportSchema),
};

export const benchmarksContract = {
  list: procedure.output(z.array(benchmarkSummarySchema)),
  tasks: procedure.input(z.object({ name: z.string() })).output(z.array(taskSchema)),
  /** Brings a published set into the lab home; nothing is written when a line of it is wrong. */
  import: procedure
    .input(
      z.object({
        source: z.string().min(1).describe('a JSONL file, or a folder with one folder a task'),
        name: z.string().optional(),
        title: z.string().optional(),
        layout: z.enum(['auto', ...benchmarkLayouts]).default('auto'),
        toolchain: z.string().optional().describe('for layouts that do not say the language'),
        systemPrompt: z.string().optional(),
        maxNewTokens: z.int().min(1).optional(),
        gates: z.array(z.string()).default([]),
      }),
    )
    .output(z.object({ name: z.string(), tasks: z.int(), layout: z.string() })),
  /** The tasks as the text of a JSONL file. */
  export: procedure
    .input(z.object({ name: z.string(), layout: z.enum(benchmarkLayouts) }))
    .output(z.object({ text: z.string(), tasks: z.int() })),
};
