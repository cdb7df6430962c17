/** Base models as the library shows them, and what a download would bring. */
import { z } from 'zod';

export const baseModelSchema = z
  .object({
    source: z
      .string()
      .describe('as presets name it: a shipped name, a folder, or owner/name[@revision]'),
    kind: z.enum(['shipped', 'folder', 'hub']),
    state: z
      .enum(['ready', 'missing', 'partial', 'broken'])
      .describe('partial: a download was interrupted and can go on'),
    problem: z.string().nullable(),
    fix: z.string().nullable(),
    path: z.string().nullable(),
    revision: z.string().nullable().describe('commit of a hub model'),
    architecture: z.string().nullable().describe('for example Qwen2ForCausalLM'),
    parameters: z.number().nullable(),
    weightBytes: z.number().nullable().describe('on disk'),
    contextLength: z.number().nullable(),
    usedBy: z.array(z.string()).describe('names of presets'),
    jobId: z.string().nullable().describe('of the download that is queued or running'),
  })
  .readonly();
export type BaseModel = z.infer<typeof baseModelSchema>;

/** What the hub says of a model before anything is downloaded. */
export const modelOfferSchema = z
  .object({
    source: z.string(),
    revision: z.string().describe('commit that the name stands for now'),
    endpoint: z.string(),
    files: z.array(z.object({ name: z.string(), bytes: z.number() })),
    totalBytes: z.number(),
    presentBytes: z.number().describe('of these, already here'),
    diskFreeBytes: z.number(),
    license: z.string().nullable(),
    gated: z.boolean().describe('needs a token and an accepted licence'),
    folder: z.string().describe('where it will lie'),
  })
  .readonly();
export type ModelOffer = z.infer<typeof modelOfferSchema>;
