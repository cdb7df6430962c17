/** Answers that are no RPC: signing in with the token, and the window's files. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { securityHeaders } from '@lab/shell/content-security-policy';
import { readPageFile } from '@lab/shell/page-files';
import { cookieName, type Guard } from './guard';
import { sameSecret } from './token';

export function setSecurityHeaders(request: IncomingMessage, response: ServerResponse): void {
  // The guard has checked the host; older browsers do not count WebSockets to 'self'.
  const host = /^[\w.:[\]-]+$/.test(request.headers.host ?? '') ? request.headers.host : null;
  const connect = host === null ? "'self'" : `'self' ws://${host}`;
  for (const [name, value] of Object.entries(securityHeaders(connect))) {
    response.setHeader(name, value);
  }
}

export function refuse(response: ServerResponse, status: 401 | 403 | 404 | 405, why: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(`${why}\n`);
}

/** The token of `/?token=…`, or null when the address has none. */
export function tokenOf(url: URL): string | null {
  return url.pathname === '/' ? url.searchParams.get('token') : null;
}

/** Trades the token for a cookie and takes it out of the address. */
export function signIn(guard: Guard, given: string, response: ServerResponse): void {
  if (!sameSecret(given, guard.token)) {
    refuse(response, 401, 'This token is not the one of this lab.');
    return;
  }
  const cookie = `${cookieName(guard.port)}=${guard.cookie}`;
  response.writeHead(303, {
    Location: '/',
    'Set-Cookie': `${cookie}; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000`,
    'Cache-Control': 'no-store',
  });
  response.end();
}

export async function sendPage(
  folder: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405, 'Pages can only be read.');
    return;
  }
  const file = await readPageFile(folder, url.pathname);
  if (file === null) {
    refuse(response, 404, 'There is no such file.');
    return;
  }
  response.writeHead(200, {
    'Content-Type': file.type,
    'Content-Length': file.body.byteLength,
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}
