/** Finds the base model that a preset or a command names. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { LabError } from '@shared/errors';
import type { LabContext } from '../context';
import { sha256 } from './canonical-json';
import { fileHash } from './file-hash';
import { hubCacheFolder } from './hub-cache';
import { type InspectedModel, inspectModel } from './inspect-model';

export interface FoundModel extends InspectedModel {
  /** As it was named; a path is made absolute. */
  readonly source: string;
  readonly path: string;
}

type Places = Pick<LabContext, 'places'>;

const hubId = /^[\w.-]+\/[\w.-]+$/;

/** Absolute path of what a person typed: `~` is the home folder. */
export function absolutePath(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(path);
}

/** Names of the models that ship. */
export async function shippedModels({ places }: Places): Promise<readonly string[]> {
  const folder = join(places.resources, 'models');
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.filter((name) => existsSync(join(folder, name, 'config.json'))).sort();
}

/**
 * The model that `source` names: one that ships, a folder, or a hub id that was downloaded before.
 * @throws LabError saying why it cannot be used and how to bring one
 */
export async function findModel(context: Places, source: string): Promise<FoundModel> {
  const { path, named } = await locate(context, source);
  const inspected = await inspectModel(path);
  if ('why' in inspected) {
    throw new LabError({
      code: 'bad_input',
      what: `The model ${source} cannot be used.`,
      why: inspected.why,
      fix: inspected.fix,
    });
  }
  return { ...inspected, path, source: named };
}

/** sha256 over the names and hashes of all files that decide what the model says. */
export async function modelHash(
  context: Pick<LabContext, 'store'>,
  model: FoundModel,
): Promise<string> {
  const lines: string[] = [];
  for (const name of model.files) {
    lines.push(`${name} ${await fileHash(context, join(model.path, name))}`);
  }
  return sha256(lines.join('\n'));
}

async function locate(context: Places, source: string): Promise<{ path: string; named: string }> {
  const shipped = await shippedModels(context);
  if (shipped.includes(source)) {
    return { path: join(context.places.resources, 'models', source), named: source };
  }
  const path = absolutePath(source);
  if (existsSync(path)) return { path, named: path };
  const cached = hubId.test(source) ? await hubCacheFolder(source) : null;
  if (cached !== null) return { path: cached, named: source };
  throw hubId.test(source) ? notDownloaded(source) : noSuchModel(source, shipped);
}

function notDownloaded(source: string): LabError {
  return new LabError({
    code: 'not_found',
    what: `The model ${source} is not on this machine.`,
    why: 'This version of Lorabench does not download models.',
    fix: `Fetch it with: hf download ${source} (found by its name afterwards), or name a folder with --set model=FOLDER.`,
  });
}

function noSuchModel(source: string, shipped: readonly string[]): LabError {
  return new LabError({
    code: 'not_found',
    what: `There is no model ${source}.`,
    why: `It is neither a folder nor one that ships (${shipped.join(', ') || 'none'}).`,
    fix: 'Name a folder with config.json, tokenizer and *.safetensors, or a model that ships.',
  });
}
