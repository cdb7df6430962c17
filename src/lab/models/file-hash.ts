/** Hashes of files, remembered for as long as a file's size and times stay the same. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { LabContext } from '../context';

const rememberedSchema = z.object({ stamp: z.string(), hash: z.string() });

/** sha256 of a file in hexadecimal; a model of gigabytes is read only when it has changed. */
export async function fileHash(context: Pick<LabContext, 'store'>, path: string): Promise<string> {
  const { size, mtimeMs, ctimeMs, ino } = await stat(path);
  const stamp = [size, mtimeMs, ctimeMs, ino].join(' ');
  const key = `file-hash ${path}`;
  const known = context.store.value('SELECT value FROM settings WHERE key = ?', key);
  if (typeof known === 'string') {
    const remembered = rememberedSchema.safeParse(JSON.parse(known));
    if (remembered.success && remembered.data.stamp === stamp) return remembered.data.hash;
  }
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), digest);
  const hash = digest.digest('hex');
  context.store.run(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    key,
    JSON.stringify({ stamp, hash }),
  );
  return hash;
}
