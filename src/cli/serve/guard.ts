/**
 * Who may talk to `lab serve`. A page of another origin can send requests to the loopback
 * interface too (also under a name of its own that resolves to it), so every request must name
 * this server as its host, come from its own page, and bring the secret.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { sameSecret } from './token';

export interface Guard {
  readonly port: number;
  readonly token: string;
  readonly cookie: string;
}

export type Verdict = 'allowed' | 'wrong host' | 'wrong origin' | 'no token';

const loopback = ['127.0.0.1', 'localhost', '[::1]'] as const;

export function cookieName(port: number): string {
  return `lorabench-${port}`;
}

/** `channel`: a page may be read without an Origin header, a call or a socket may not. */
export function judge(
  guard: Guard,
  headers: IncomingHttpHeaders,
  channel: 'page' | 'call',
): Verdict {
  const hosts = loopback.map((name) => `${name}:${guard.port}`);
  if (headers.host === undefined || !hosts.includes(headers.host.toLowerCase())) {
    return 'wrong host';
  }
  const { origin } = headers;
  const own = hosts.some((host) => origin === `http://${host}`);
  if (origin !== undefined && !own) return 'wrong origin';

  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return sameSecret(bearer, guard.token) ? 'allowed' : 'no token';

  const cookie = cookieOf(headers.cookie, cookieName(guard.port));
  if (cookie === null || !sameSecret(cookie, guard.cookie)) return 'no token';
  // Browsers name the origin of every such request; one without is not from our page.
  return channel === 'call' && origin === undefined ? 'wrong origin' : 'allowed';
}

function cookieOf(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}
