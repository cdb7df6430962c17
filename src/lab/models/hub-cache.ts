/**
 * Models that another tool has already downloaded from the Hugging Face hub.
 * Layout: huggingface_hub's "Manage your cache": models--OWNER--NAME/{refs/main,snapshots/REVISION}.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

function cacheFolder(variables: Readonly<Record<string, string | undefined>>): string {
  if (variables.HF_HUB_CACHE) return variables.HF_HUB_CACHE;
  const home =
    variables.HF_HOME ?? join(variables.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  return join(home, 'hub');
}

/** Folder of the newest downloaded revision of `owner/name`; null when there is none. */
export async function hubCacheFolder(
  id: string,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | null> {
  const folder = join(cacheFolder(variables), `models--${id.replace('/', '--')}`);
  try {
    const revision = (await readFile(join(folder, 'refs', 'main'), 'utf8')).trim();
    return join(folder, 'snapshots', revision);
  } catch {
    return null;
  }
}
