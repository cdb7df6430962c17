import { z } from 'zod';
import { benchmarkSummarySchema, taskSchema } from '../benchmark';
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
};
