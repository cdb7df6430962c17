/** Finds the base model that a preset or a command names. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { LabError } from '@shared/errors';
import type { LabContext } from '../context';
import { sha256 } from './canonical-json';
import { fileHash } from './file-hash';
import { isBegun, snapshotOf } from './hub-cache';
import { type InspectedModel, inspectModel } from './inspect-model';
import { isProblem } from './model-config';
import { hubName, sourceOf } from './model-source';

export interface FoundModel extends InspectedModel {
  /** As it was named; a path is made absolute, and `@main` is left out. */
  readonly source: string;
  readonly path: string;
  /** Commit of a model from the hub, null for the others. */
  readonly revision: string | null;
}

type Places = Pick<LabContext, 'places'>;

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
 * The model that `source` names: one that ships, a folder, or `owner/name[@revision]` on the hub
 * that was downloaded before.
 * @throws LabError saying why it cannot be used and how to bring one
 */
export async function findModel(context: Places, source: string): Promise<FoundModel> {
  const place = await placeOf(context, source);
  if (place === null) {
    if (hubName(source) !== null) throw await notDownloaded(source);
    throw noSuchModel(source, await shippedModels(context));
  }
  const inspected = await inspectModel(place.path);
  if (isProblem(inspected)) {
    const again = place.kind === 'hub' && inspected.kind !== 'unusable';
    throw new LabError({
      code: 'bad_input',
      what: `The model ${source} cannot be used.`,
      why: inspected.why,
      fix: again ? `Fetch what is missing with: ${getCommand(source)}` : inspected.fix,
    });
  }
  return { ...inspected, ...place };
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

export interface ModelPlace {
  readonly kind: 'shipped' | 'folder' | 'hub';
  /** As it was named; a path is made absolute. */
  readonly source: string;
  readonly path: string;
  readonly revision: string | null;
}

/** Where a model lies, whatever its state; null when it is not on this machine. */
export async function placeOf(context: Places, source: string): Promise<ModelPlace | null> {
  if ((await shippedModels(context)).includes(source)) {
    const path = join(context.places.resources, 'models', source);
    return { kind: 'shipped', source, path, revision: null };
  }
  const path = absolutePath(source);
  if (existsSync(path)) return { kind: 'folder', source: path, path, revision: null };
  const name = hubName(source);
  const snapshot = name === null ? null : await snapshotOf(name);
  if (name === null || snapshot === null) return null;
  return { kind: 'hub', source: sourceOf(name), ...snapshot };
}

/** The command that brings a model from the hub. */
export const getCommand = (source: string): string => `npm run lab -- models get ${source}`;

async function notDownloaded(source: string): Promise<LabError> {
  const begun = await isBegun(hubName(source)?.id ?? source);
  return new LabError({
    code: 'not_found',
    what: `The model ${source} is not on this machine.`,
    why: begun ? 'Its download was interrupted.' : 'It was not downloaded from the hub yet.',
    fix: `Get it with: ${getCommand(source)} – or name a folder with --set model=FOLDER.`,
  });
}

function noSuchModel(source: string, shipped: readonly string[]): LabError {
  return new LabError({
    code: 'not_found',
    what: `There is no model ${source}.`,
    why: `It is neither a folder, nor one that ships (${shipped.join(', ') || 'none'}), nor owner/name on the hub.`,
    fix: 'Name a folder with config.json, tokenizer and *.safetensors, or a model that ships.',
  });
}
