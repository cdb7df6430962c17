/** Named folders that hold a manifest: `<name>/` or `<name>/<version>/`. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Paths of the manifests below `folder`, sorted; none when the folder is missing. */
export async function foldersWith(folder: string, manifest: string): Promise<readonly string[]> {
  const inside = await foldersIn(folder);
  const deeper = (await Promise.all(inside.map(foldersIn))).flat();
  return [...inside, ...deeper]
    .map((path) => join(path, manifest))
    .filter((path) => existsSync(path))
    .sort();
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(folder, entry.name));
}
