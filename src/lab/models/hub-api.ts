/**
 * Asks the hub what a name stands for: GET /api/models/OWNER/NAME/revision/REVISION?blobs=true.
 * https://huggingface.co/docs/hub/api
 */
import { LabError } from '@shared/errors';
import { z } from 'zod';
import { answerError, noAnswer } from './hub-errors';
import { type HubAnswer, hubRequest } from './hub-request';
import type { HubName } from './model-source';

const fileSchema = z.object({
  rfilename: z.string(),
  size: z.int().min(0).nullish(),
  blobId: z.string().nullish(),
  lfs: z.object({ sha256: z.string(), size: z.int().min(0) }).nullish(),
});

const answerSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  gated: z.union([z.boolean(), z.string()]).nullish(),
  siblings: z.array(fileSchema).default([]),
  cardData: z.looseObject({ license: z.unknown() }).nullish(),
  tags: z.array(z.string()).default([]),
  config: z
    .object({
      model_type: z.string(),
      architectures: z.array(z.string()).min(1),
      auto_map: z.unknown().optional(),
    })
    .nullish()
    .catch(null),
});
type ModelAnswer = z.output<typeof answerSchema>;

export interface HubFile {
  readonly name: string;
  readonly bytes: number;
  /** sha256 of a large file, git's sha1 of a small one; names it in the cache. */
  readonly hash: string;
}

export interface HubModel {
  /** The commit. */
  readonly revision: string;
  readonly files: readonly HubFile[];
  /** Every name, also of files whose size the hub does not tell. */
  readonly names: readonly string[];
  readonly gated: boolean;
  readonly license: string | null;
  /** What config.json says of the architecture, where the hub tells. */
  readonly config: ModelAnswer['config'];
}

export interface Hub {
  readonly endpoint: string;
  readonly token: string | null;
}

const timeLimit = 15_000;

/** @throws LabError when the hub does not answer, or refuses */
export async function askHub(hub: Hub, name: HubName, signal: AbortSignal): Promise<HubModel> {
  const url = `${hub.endpoint}/api/models/${name.id}/revision/${encodeURIComponent(name.revision)}?blobs=true`;
  const response = await request(hub, 'GET', url, signal);
  if (response.status !== 200) throw answerError(hub, name, response);
  const answer = answerSchema.safeParse(response.body);
  if (!answer.success) {
    throw new LabError({
      code: 'unavailable',
      what: `${hub.endpoint} does not answer as a hub does.`,
      why: 'What it says of the model cannot be understood.',
      fix: 'Check HF_ENDPOINT, and whether a proxy or a login page stands between.',
    });
  }
  const model = modelOf(answer.data);
  if (model.gated) await requireAccess(hub, name, model, signal);
  return model;
}

/** Everybody may read about a gated model; its files need a token of somebody who was let in. */
async function requireAccess(
  hub: Hub,
  name: HubName,
  model: HubModel,
  signal: AbortSignal,
): Promise<void> {
  const url = `${hub.endpoint}/${name.id}/resolve/${model.revision}/config.json`;
  const response = await request(hub, 'HEAD', url, signal);
  if (response.status === 401 || response.status === 403) throw answerError(hub, name, response);
}

async function request(
  hub: Hub,
  method: 'GET' | 'HEAD',
  url: string,
  signal: AbortSignal,
): Promise<HubAnswer> {
  const headers: Record<string, string> = { 'user-agent': 'lorabench' };
  if (hub.token !== null) headers.authorization = `Bearer ${hub.token}`;
  const limit = AbortSignal.timeout(timeLimit);
  try {
    return await hubRequest(method, url, headers, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (signal.aborted) throw error;
    throw noAnswer(hub, limit.aborted ? timeLimit / 1000 : null, error);
  }
}

function modelOf(answer: ModelAnswer): HubModel {
  const files = answer.siblings.flatMap(({ rfilename, size, blobId, lfs }) => {
    const bytes = lfs?.size ?? size;
    const hash = lfs?.sha256 ?? blobId;
    return typeof bytes === 'number' && typeof hash === 'string'
      ? [{ name: rfilename, bytes, hash }]
      : [];
  });
  return {
    revision: answer.sha,
    files,
    names: answer.siblings.map(({ rfilename }) => rfilename),
    gated: answer.gated !== undefined && answer.gated !== null && answer.gated !== false,
    license: licenseOf(answer),
    config: answer.config,
  };
}

function licenseOf({ cardData, tags }: ModelAnswer): string | null {
  if (typeof cardData?.license === 'string') return cardData.license;
  return tags.find((tag) => tag.startsWith('license:'))?.slice('license:'.length) ?? null;
}
