/**
 * Models that were downloaded from the hub, by whichever tool. Layout: huggingface_hub's "Understand
 * caching": models--OWNER--NAME/{blobs, refs/BRANCH, snapshots/COMMIT}.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, type Variables } from './hub-settings';
import { type HubName, isCommit } from './model-source';

export interface Snapshot {
  /** The commit. */
  readonly revision: string;
  readonly path: string;
}

/** Folder of one model in the cache, whether it exists or not. */
export function modelFolder(id: string, variables: Variables = process.env): string {
  return join(cacheFolder(variables), `models--${id.replace('/', '--')}`);
}

/** What a name stands for on this machine; null when that was not downloaded. */
export async function snapshotOf(
  { id, revision }: HubName,
  variables: Variables = process.env,
): Promise<Snapshot | null> {
  const folder = modelFolder(id, variables);
  const commit = isCommit(revision)
    ? revision
    : (await readFile(join(folder, 'refs', ...revision.split('/')), 'utf8').catch(() => '')).trim();
  // A reference file is written by any tool: what is no commit must not become a path.
  if (!isCommit(commit)) return null;
  const path = join(folder, 'snapshots', commit);
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ? { revision: commit, path } : null;
}

/**
 * Whether a download of the model was begun and not finished. Other tools' unfinished files have a
 * name of their own, which nobody can go on with.
 */
export async function isBegun(id: string, variables: Variables = process.env): Promise<boolean> {
  const folder = modelFolder(id, variables);
  const blobs = await readdir(join(folder, 'blobs')).catch(() => []);
  if (blobs.some((name) => /^[0-9a-f]{40,64}\.incomplete$/.test(name))) return true;
  const snapshots = await readdir(join(folder, 'snapshots')).catch(() => []);
  return snapshots.length === 0 && blobs.some((name) => /^[0-9a-f]{40,64}$/.test(name));
}

/** Bytes of a file that are here: whole under the name of its hash, or cut off. */
export async function presentBytes(
  folder: string,
  file: { readonly hash: string; readonly bytes: number },
): Promise<number> {
  const whole = await stat(join(folder, 'blobs', file.hash)).catch(() => null);
  if (whole?.size === file.bytes) return file.bytes;
  const part = await stat(join(folder, 'blobs', `${file.hash}.incomplete`)).catch(() => null);
  return part === null ? 0 : Math.min(part.size, file.bytes);
}

/** Every model in the cache under each branch or tag that was downloaded, or by its commit. */
export async function cachedModels(variables: Variables = process.env): Promise<HubName[]> {
  const names = await readdir(cacheFolder(variables)).catch(() => []);
  const found: HubName[] = [];
  for (const name of names.sort()) {
    const [kind, owner, model, ...more] = name.split('--');
    if (kind !== 'models' || !owner || !model || more.length > 0) continue;
    const id = `${owner}/${model}`;
    for (const revision of await revisionsOf(id, variables)) found.push({ id, revision });
  }
  return found;
}

async function revisionsOf(id: string, variables: Variables): Promise<string[]> {
  const folder = modelFolder(id, variables);
  const branches = await filesBelow(join(folder, 'refs'));
  const named = new Set<string>();
  for (const branch of branches) {
    const snapshot = await snapshotOf({ id, revision: branch }, variables);
    if (snapshot !== null) named.add(snapshot.revision);
  }
  const snapshots = await readdir(join(folder, 'snapshots')).catch(() => []);
  const nameless = snapshots.filter((commit) => isCommit(commit) && !named.has(commit));
  return [...branches, ...nameless.sort()];
}

/** Paths of files below a folder, with `/` between their parts: a branch may have one in its name. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) {
      const below = await filesBelow(join(folder, entry.name));
      found.push(...below.map((path) => `${entry.name}/${path}`));
    } else {
      found.push(entry.name);
    }
  }
  return found.sort();
}
