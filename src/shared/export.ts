/** Exports: what leaves the lab, for example an adapter folded into its base model's weights. */
import { z } from 'zod';
import { evaluationSpecSchema, subjectQuantizationSchema } from './evaluation';
import { jobStateSchema } from './job';
import { runSpecSchema } from './run-spec';

/** The file in an exported folder that is written last: without it the export does not exist. */
export const exportManifestName = 'lorabench-export.json';

const aboutExport = {
  runId: z.string(),
  runName: z.string(),
  to: z.enum(['merged']),
  step: z.int().min(0).nullable().describe('of the checkpoint; null: the finished adapter'),
  base: z.object({ source: z.string(), path: z.string(), hash: z.string() }),
  quantization: subjectQuantizationSchema.describe(
    'of the base while it was trained; the adapter is folded into what these weights stand for',
  ),
  precision: evaluationSpecSchema.shape.precision.describe('number format of the weights'),
  promptFormat: evaluationSpecSchema.shape.comparability.shape.promptFormat.describe(
    'how the run was trained to be asked',
  ),
};

/** `jobs/<id>/spec.json` of an export. */
export const exportSpecSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('export'),
  id: z.string(),
  createdAt: z.string(),
  ...aboutExport,
  adapterPath: z.string(),
  outPath: z.string().describe('folder to make; never one that is there already'),
  backend: runSpecSchema.shape.backend,
  device: evaluationSpecSchema.shape.device,
});
export type ExportSpec = Readonly<z.infer<typeof exportSpecSchema>>;

/** `lorabench-export.json` in the exported folder. */
export const exportManifestSchema = z.object({
  schemaVersion: z.literal(1),
  id: z.string().describe('of the export that made it'),
  createdAt: z.string(),
  ...aboutExport,
  backend: runSpecSchema.shape.backend,
  bytes: z.int().min(0),
  hash: z.string().describe('sha256 over the names and hashes of the files'),
  seconds: z.number().min(0),
  files: z.record(z.string(), z.object({ bytes: z.int().min(0), sha256: z.string() })),
});
export type ExportManifest = Readonly<z.infer<typeof exportManifestSchema>>;

/** An export as lists show it. */
export const exportSummarySchema = z
  .object({
    id: z.string(),
    runId: z.string(),
    to: z.enum(['merged']),
    path: z.string(),
    step: z.int().nullable().describe('of the checkpoint; null: the finished adapter'),
    createdAt: z.string(),
    jobId: z.string().nullable(),
    state: jobStateSchema,
    bytes: z.int().min(0).nullable().describe('null until it is there'),
    hash: z.string().nullable(),
    seconds: z.number().nullable(),
  })
  .readonly();
export type ExportSummary = z.infer<typeof exportSummarySchema>;
