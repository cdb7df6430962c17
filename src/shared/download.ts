/** `jobs/<id>/spec.json` of a model download. */
import { z } from 'zod';

export const downloadSpecSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('download'),
  id: z.string(),
  createdAt: z.string(),
  source: z.string().describe('owner/name on the hub'),
  revision: z.string().describe('branch, tag or commit'),
  endpoint: z.string().describe('HF_ENDPOINT, else the public hub'),
  cacheFolder: z.string().describe('the hub cache that it goes to; other tools read it too'),
});
export type DownloadSpec = Readonly<z.infer<typeof downloadSpecSchema>>;
