/** Local folders that a user added to the library: `models.json` in the lab home. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { LabContext } from '../context';

type Home = Pick<LabContext, 'home'>;

const fileSchema = z.object({ schemaVersion: z.literal(1), folders: z.array(z.string()) });

const pathOf = ({ home }: Home): string => join(home.folder, 'models.json');

/**
 * Absolute paths, in the order in which they were added.
 * @throws LabError when the file was changed by hand into something else
 */
export async function addedFolders(context: Home): Promise<readonly string[]> {
  const path = pathOf(context);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return [];
  try {
    return fileSchema.parse(JSON.parse(text)).folders;
  } catch {
    throw new LabError({
      code: 'bad_input',
      what: `The list of added models cannot be read: ${path}`,
      why: 'It is not the JSON that Lorabench writes there.',
      fix: 'Mend the file, or delete it and add the folders again; their files are not touched.',
    });
  }
}

export async function addFolder(context: Home, folder: string): Promise<void> {
  const folders = await addedFolders(context);
  if (!folders.includes(folder)) await write(context, [...folders, folder]);
}

/** False when it was not in the list. */
export async function forgetFolder(context: Home, folder: string): Promise<boolean> {
  const folders = await addedFolders(context);
  if (!folders.includes(folder)) return false;
  await write(
    context,
    folders.filter((one) => one !== folder),
  );
  return true;
}

async function write(context: Home, folders: readonly string[]): Promise<void> {
  const value: z.infer<typeof fileSchema> = { schemaVersion: 1, folders: [...folders] };
  await writeFileAtomic(pathOf(context), `${JSON.stringify(value, null, 2)}\n`);
}
