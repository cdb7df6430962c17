/**
 * Where the hub is and who asks, by the variables that all its tools read. Defaults and names:
 * huggingface_hub, "Environment variables".
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '@shared/errors';

export type Variables = Readonly<Record<string, string | undefined>>;

const publicHub = 'https://huggingface.co';

const expanded = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;

function hubHome(variables: Variables): string {
  const cache = variables.XDG_CACHE_HOME || join(homedir(), '.cache');
  return expanded(variables.HF_HOME || join(cache, 'huggingface'));
}

/** Folder with `models--OWNER--NAME` folders, shared by all tools of the hub. */
export function cacheFolder(variables: Variables = process.env): string {
  const named = variables.HF_HUB_CACHE || variables.HUGGINGFACE_HUB_CACHE;
  return named ? expanded(named) : join(hubHome(variables), 'hub');
}

/** Without a slash at its end. */
export function endpoint(variables: Variables = process.env): string {
  return (variables.HF_ENDPOINT || publicHub).replace(/\/+$/, '');
}

/** The token of HF_TOKEN, else the one that a login of the hub's tools has left. */
export async function token(variables: Variables = process.env): Promise<string | null> {
  const named = (variables.HF_TOKEN || variables.HUGGING_FACE_HUB_TOKEN)?.trim();
  if (named) return named;
  const path = expanded(variables.HF_TOKEN_PATH || join(hubHome(variables), 'token'));
  return (await readFile(path, 'utf8').catch(() => '')).trim() || null;
}

const isTrue = (value: string | undefined): boolean =>
  ['1', 'ON', 'YES', 'TRUE'].includes((value ?? '').toUpperCase());

const offlineNames = ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'];

/** Whether the user keeps the tools of the hub off the network. */
export function isHubOffline(variables: Variables = process.env): boolean {
  return offlineNames.some((name) => isTrue(variables[name]));
}

/** @throws LabError when the user keeps the tools of the hub off the network */
export function requireOnline(variables: Variables = process.env): void {
  const name = offlineNames.find((one) => isTrue(variables[one]));
  if (name === undefined) return;
  throw new LabError({
    code: 'unavailable',
    what: 'The hub is not asked.',
    why: `${name} is set, which keeps this machine off the hub.`,
    fix: `Unset ${name} and ask again, or name a local folder as the model.`,
  });
}
