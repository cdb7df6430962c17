/** Downloads in the queue: one at a time for each name. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadSpec } from '@shared/download';
import { LabError } from '@shared/errors';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { LabContext } from '../context';
import { enqueueJob } from '../queue/enqueue';
import { newId } from '../store/ids';
import { type HubName, hubName, sourceOf } from './model-source';

const rowSchema = z.object({ id: z.string(), title: z.string() });
const prefix = 'Get ';

const titleOf = (name: HubName): string => `${prefix}${sourceOf(name)}`;

/** Id of the download of `name` that is queued or running; null when there is none. */
export function openDownload({ store }: Pick<LabContext, 'store'>, name: HubName): string | null {
  const row = store.first(
    rowSchema,
    `SELECT id, title FROM jobs WHERE kind = 'download' AND title = ?
       AND state IN ('queued', 'running', 'stopping') ORDER BY created_at LIMIT 1`,
    titleOf(name),
  );
  return row?.id ?? null;
}

/** Every name that a download was ever asked for in this home. */
export function askedFor({ store }: Pick<LabContext, 'store'>): HubName[] {
  return store
    .all(rowSchema, "SELECT max(id) AS id, title FROM jobs WHERE kind = 'download' GROUP BY title")
    .flatMap(({ title }) => hubName(title.slice(prefix.length)) ?? []);
}

/** Queues the download of `name`, or returns the one that is queued or running already. */
export async function enqueueDownload(
  context: LabContext,
  name: HubName,
  place: Pick<DownloadSpec, 'endpoint' | 'cacheFolder'>,
): Promise<string> {
  const spec: DownloadSpec = {
    schemaVersion: 1,
    kind: 'download',
    id: newId(),
    createdAt: new Date().toISOString(),
    source: name.id,
    revision: name.revision,
    ...place,
  };
  const folder = context.home.jobFolder(spec.id);
  await writeFolder(folder, spec);
  const jobId = context.store.transaction(() => {
    const open = openDownload(context, name);
    if (open !== null) return open;
    const title = titleOf(name);
    const job = { kind: 'download', title, targetId: spec.id, device: null, after: [] } as const;
    return enqueueJob(context, job).id;
  });
  const used = context.store.value('SELECT target_id FROM jobs WHERE id = ?', jobId) === spec.id;
  if (!used) await rm(folder, { recursive: true, force: true });
  context.changes.publish('models', sourceOf(name));
  return jobId;
}

async function writeFolder(folder: string, spec: DownloadSpec): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(join(folder, 'spec.json'), `${JSON.stringify(spec, null, 2)}\n`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new LabError({
      code: 'failed',
      what: `The folder of the download could not be written: ${folder}`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Make room on the disk, or choose another lab home with --home.',
    });
  }
}
