/** The secret of `lab serve`: kept in the lab home so that a bookmark works after a restart. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const pattern = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits as base64url. Made once per lab home; readable by its owner only. */
export async function serveToken(home: string): Promise<string> {
  const path = join(home, 'serve-token');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (pattern.test(kept.trim())) {
    await chmod(path, 0o600);
    return kept.trim();
  }
  const token = randomBytes(32).toString('base64url');
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  return token;
}

/**
 * What the browser keeps. Cookies are shared by all ports of a host, so it is not the token itself
 * and is worth nothing at another port.
 */
export function cookieValue(token: string, port: number): string {
  return createHmac('sha256', token).update(`cookie of port ${port}`).digest('base64url');
}

/** Equal or not, in a time that tells nothing about where they differ. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
