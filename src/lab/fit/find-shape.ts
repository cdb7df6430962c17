/** The shape of a model without its weights: from its own config.json, else from those that ship. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabContext } from '../context';
import { placeOf } from '../models/find-model';
import { hubName } from '../models/model-source';
import { type Architecture, readArchitecture, type UnknownArchitecture } from './architecture';

type Places = Pick<LabContext, 'places'>;

export interface FoundShape {
  readonly architecture: Architecture;
  /** Holds the config.json. */
  readonly folder: string;
}

/**
 * Folder with the config.json of a model; a model on this machine wins over the shapes that ship.
 * Null when neither is here: then nothing is known of it before it is downloaded.
 */
export async function configFolder(context: Places, source: string): Promise<string | null> {
  const place = await placeOf(context, source);
  if (place !== null && existsSync(join(place.path, 'config.json'))) return place.path;
  const id = hubName(source)?.id;
  if (id === undefined) return null;
  const shipped = join(context.places.resources, 'shapes', id.replace('/', '--'));
  return existsSync(join(shipped, 'config.json')) ? shipped : null;
}

/** The architecture of a model, or why it is not known. */
export async function findShape(
  context: Places,
  source: string,
): Promise<FoundShape | UnknownArchitecture> {
  const folder = await configFolder(context, source);
  if (folder === null) {
    return {
      unknown:
        hubName(source) === null
          ? `There is no model ${source}.`
          : `The shape of ${source} is known once it is downloaded.`,
    };
  }
  const architecture = await architectureIn(folder);
  return 'unknown' in architecture ? architecture : { architecture, folder };
}

const known = new Map<
  string,
  { readonly stamp: string; readonly value: Architecture | UnknownArchitecture }
>();

/** Read again only when the file has changed. */
export async function architectureIn(folder: string): Promise<Architecture | UnknownArchitecture> {
  const path = join(folder, 'config.json');
  try {
    const { size, mtimeMs } = await stat(path);
    const stamp = `${size} ${mtimeMs}`;
    const before = known.get(path);
    if (before?.stamp === stamp) return before.value;
    const value = readArchitecture(JSON.parse(await readFile(path, 'utf8')));
    known.set(path, { stamp, value });
    return value;
  } catch {
    return { unknown: `${path} cannot be read.` };
  }
}
