/** What a download would bring, and why some must not be begun. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ModelOffer } from '@shared/base-model';
import { LabError } from '@shared/errors';
import { byteText } from './byte-text';
import { askHub, type HubModel } from './hub-api';
import { modelFolder, presentBytes } from './hub-cache';
import { cacheFolder, endpoint, requireOnline, token } from './hub-settings';
import { problemOf } from './model-config';
import { type HubName, hubName, sourceOf } from './model-source';
import { hasTokenizer, isPickle, wantedFiles, weightFiles } from './weight-files';

/** Left free on the disk beside what a download needs. The worker keeps to the same. */
const margin = 1e9;

/** Reads the two inputs of the contract: a revision may stand in the name too. */
export function requireHubName(source: string, revision: string): HubName {
  const name = hubName(source);
  if (name === null) {
    throw new LabError({
      code: 'bad_input',
      what: `${source} is no name of a model on the hub.`,
      why: 'Such a name has the form owner/name or owner/name@revision.',
      fix: 'Use the name in the address of its page, for example Qwen/Qwen2.5-Coder-3B-Instruct.',
    });
  }
  return name.revision === 'main' ? { ...name, revision } : name;
}

/** @throws LabError when the hub does not answer or refuses, or the model cannot be used */
export async function offerOf(name: HubName, signal: AbortSignal): Promise<ModelOffer> {
  requireOnline();
  const hub = { endpoint: endpoint(), token: await token() };
  const model = await askHub(hub, name, signal);
  requireUsable(sourceOf(name), model);
  const wanted = new Set(wantedFiles(model.names));
  const files = model.files.filter((file) => wanted.has(file.name));
  const folder = modelFolder(name.id);
  const present = await Promise.all(files.map((file) => presentBytes(folder, file)));
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  return {
    source: sourceOf(name),
    revision: model.revision,
    endpoint: hub.endpoint,
    files: files.map((file) => ({ name: file.name, bytes: file.bytes })),
    totalBytes: sum(files.map(({ bytes }) => bytes)),
    presentBytes: sum(present),
    diskFreeBytes: await freeBytes(cacheFolder()),
    license: model.license,
    gated: model.gated,
    folder,
  };
}

/** @throws LabError when the disk has not the room */
export function requireRoom(offer: ModelOffer): void {
  const needed = offer.totalBytes - offer.presentBytes;
  if (needed === 0 || offer.diskFreeBytes >= needed + margin) return;
  throw new LabError({
    code: 'refused',
    what: `The disk has no room for ${offer.source}.`,
    why: `It needs ${byteText(needed)} and ${byteText(margin)} to spare; ${byteText(offer.diskFreeBytes)} are free for ${offer.folder}.`,
    fix: 'Free some space, or set HF_HUB_CACHE to a folder on another disk.',
  });
}

function requireUsable(source: string, { names, config }: HubModel): void {
  const problem = problemOfFiles(names) ?? (config ? problemOf(config) : null);
  if (problem === null) return;
  const { why, fix } = problem;
  throw new LabError({ code: 'refused', what: `${source} cannot be used.`, why, fix });
}

function problemOfFiles(names: readonly string[]): { why: string; fix: string } | null {
  const top = names.filter((name) => !name.includes('/'));
  const other = 'Choose another version of this model.';
  if (weightFiles(top).length === 0) {
    if (names.some(isPickle)) {
      return {
        why: 'Its weights are pickled files (.bin, .pt) alone, which can run code when they are loaded.',
        fix: 'Choose a version with *.safetensors, or convert it and add its folder with: npm run lab -- models add FOLDER',
      };
    }
    if (names.some((name) => name.endsWith('.gguf'))) {
      return {
        why: 'It holds GGUF files, which are made for running a model, not for training it.',
        fix: 'Choose the safetensors version that it was made from.',
      };
    }
    if (top.includes('adapter_config.json')) {
      return { why: 'It is an adapter, not a base model.', fix: 'Choose its base model.' };
    }
    return { why: 'It has no weights (*.safetensors).', fix: other };
  }
  if (!top.includes('config.json')) return { why: 'It has no config.json.', fix: other };
  if (!hasTokenizer(top)) return { why: 'It has no tokenizer files.', fix: other };
  return null;
}

/** Of the disk that a folder lies on, or will lie on. */
async function freeBytes(folder: string): Promise<number> {
  for (let place = folder; ; place = dirname(place)) {
    const found = await statfs(place).catch(() => null);
    if (found !== null) return found.bavail * found.bsize;
    if (dirname(place) === place) return 0;
  }
}
