/** The built window's files, for the desktop's protocol and for `lab serve`. */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

export interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  /** The name carries a hash of the content, so that a browser may keep it for ever. */
  readonly immutable: boolean;
}

/**
 * Reads what a URL path names inside `folder`; null when there is no such file. A path without
 * an extension is a page of the window, which finds its way by itself. Nothing outside the folder
 * is ever read, through `..`, an encoded separator or a link.
 */
export async function readPageFile(folder: string, urlPath: string): Promise<PageFile | null> {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (/[\0\\]/.test(path) || path.split('/').includes('..')) return null;
  const name = extname(path) === '' ? 'index.html' : path;
  const type = contentTypes[extname(name)];
  if (type === undefined) return null;
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, name));
    if (!file.startsWith(root + sep)) return null;
    return { body: await readFile(file), type, immutable: /^\/?assets\//.test(path) };
  } catch {
    return null;
  }
}
