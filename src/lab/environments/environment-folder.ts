/** What lies in an environment's folder, read without starting its Python. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { normalized } from './lock-file';

const stampSchema = z
  .object({
    unfinished: z.boolean().optional(),
    python: z.string().optional(),
    diskBytes: z.number().optional(),
  })
  .catchall(z.unknown());
export type Stamp = Readonly<z.infer<typeof stampSchema>>;

/** What the last installation left; null when there is none. */
export async function readStamp(folder: string): Promise<Stamp | null> {
  try {
    return stampSchema.parse(JSON.parse(await readFile(join(folder, 'lorabench.json'), 'utf8')));
  } catch {
    return null;
  }
}

/** Versions by normalized name, from the names of the `dist-info` folders. */
export async function installedVersions(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const libraries of await libraryFolders(folder)) {
    const names = await readdir(join(libraries, 'site-packages')).catch(() => []);
    for (const name of names) {
      const [, package_, version] = /^(.+)-([^-]+)\.dist-info$/.exec(name) ?? [];
      if (package_ !== undefined && version !== undefined) found.set(normalized(package_), version);
    }
  }
  return found;
}

async function libraryFolders(folder: string): Promise<string[]> {
  if (process.platform === 'win32') return [join(folder, 'Lib')];
  const names = await readdir(join(folder, 'lib')).catch(() => []);
  return names
    .filter((name) => name.startsWith('python3'))
    .map((name) => join(folder, 'lib', name));
}

/** The version that `pyvenv.cfg` names (`version = 3.11.7`, uv: `version_info`). */
export async function pythonVersion(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, 'pyvenv.cfg'), 'utf8').catch(() => '');
  return /^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)/m.exec(text)?.[1] ?? null;
}

/** Bytes of all files below; links are not followed. Takes a second for a gigabyte of packages. */
export async function diskUse(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let total = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    total += entry.isDirectory()
      ? await diskUse(path)
      : await lstat(path).then(
          ({ size }) => size,
          () => 0,
        );
  }
  return total;
}
