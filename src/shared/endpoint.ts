/** OpenAI-compatible endpoints: `endpoints/<name>.yaml` in the lab home. Keys are never in a file. */
import { z } from 'zod';
import { nameSchema } from './name';

export const endpointSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: nameSchema,
  title: z.string().max(80).default(''),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .describe('up to and with /v1, for example http://127.0.0.1:11434/v1'),
  model: z.string().min(1).describe('as the server names it'),
  needsKey: z.boolean().default(false).describe('kept in the system keychain, or in a variable'),
  concurrency: z.int().min(1).max(64).default(4).describe('requests at once'),
  requestsPerMinute: z.int().min(1).nullable().default(null).describe('null: no limit of ours'),
  timeoutSeconds: z.number().positive().max(3600).default(180).describe('of one answer'),
  retries: z.int().min(0).max(20).default(5),
  extraBody: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('further fields of each request, for example options of the server'),
});
export type Endpoint = Readonly<z.infer<typeof endpointSchema>>;

export const endpointCardSchema = z
  .object({
    endpoint: endpointSchema,
    keyFrom: z.enum(['none', 'keychain', 'environment', 'missing']),
    keyVariable: z.string().describe('environment variable that is looked at first'),
  })
  .readonly();
export type EndpointCard = z.infer<typeof endpointCardSchema>;

/** What one short question to an endpoint showed. */
export const endpointTestSchema = z
  .object({
    ok: z.boolean(),
    message: z.string(),
    fix: z.string().nullable(),
    models: z.array(z.string()).describe('that the server lists; empty when it lists none'),
    answer: z.string().nullable().describe('what the model said; null: nothing came'),
    firstTokenSeconds: z.number().nullable(),
    seconds: z.number().nullable().describe('from the question to the last token'),
  })
  .readonly();
export type EndpointTest = z.infer<typeof endpointTestSchema>;
