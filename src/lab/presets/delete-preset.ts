/** Deleting a preset moves its file to the lab home's trash; nothing is removed from the disk. */
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '@shared/errors';
import { nameSchema } from '@shared/name';
import type { LabContext } from '../context';
import { newId } from '../store/ids';
import { findPreset, type LoadedPreset } from './load-presets';

/** @throws LabError when there is no such preset, or when it is one that ships. */
export async function deletePreset(
  context: Pick<LabContext, 'home' | 'places' | 'log' | 'changes'>,
  name: string,
): Promise<void> {
  const { source, path } = await found(context, name);
  if (source === 'shipped') {
    throw new LabError({
      code: 'refused',
      what: `The preset "${name}" cannot be deleted.`,
      why: 'It ships with Lorabench.',
      fix: 'Save one of your own under the same name to hide it.',
    });
  }
  await mkdir(context.home.trash, { recursive: true });
  // The id keeps an earlier one of the same name.
  await rename(path, join(context.home.trash, `preset-${newId()}-${basename(path)}`));
  context.changes.publish('presets', name);
}

type Places = Pick<LabContext, 'home' | 'places' | 'log'>;

/** One that cannot be read any more can still be deleted. */
async function found(
  context: Places,
  name: string,
): Promise<Pick<LoadedPreset, 'source' | 'path'>> {
  const own = join(context.home.presets, `${name}.yaml`);
  if (nameSchema.safeParse(name).success && existsSync(own)) return { source: 'user', path: own };
  return findPreset(context, name);
}
