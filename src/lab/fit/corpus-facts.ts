/** What is known of a corpus's lengths without a tokenizer: counted lines, and what past runs found. */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { corpusReportSchema } from '@shared/corpus';
import { z } from 'zod';
import type { LabContext } from '../context';
import { findCorpus } from '../corpora/find-corpora';
import type { CorpusLengths } from './corpus-lengths';

type Context = Pick<LabContext, 'home' | 'places' | 'log' | 'store'>;

const counted = new Map<string, { readonly stamp: string; readonly lines: number }>();

/** Null while the corpus is missing. `model` is the source whose tokenizer counted. */
export async function corpusFacts(
  context: Context,
  corpus: string,
  model: string,
  maxLength: number,
): Promise<CorpusLengths | null> {
  const found = await findCorpus(context, corpus).catch(() => null);
  if (found === null) return null;
  const { lines, bytes, changed } = await countLines(found.path);
  const report = await pastReport(context, found.path, model, changed);
  if (report !== null) {
    const { usable, tokens } = report;
    return {
      examples: usable,
      mean: Math.min(tokens.mean, maxLength),
      longest: Math.min(tokens.max, maxLength),
    };
  }
  // JSON of code and prose has about four bytes a token, some of them the row's own syntax.
  const guess = lines === 0 ? null : Math.min(maxLength, bytes / lines / 4);
  return { examples: lines, mean: guess, longest: null };
}

const rowSchema = z.object({ id: z.string() });
type Counted = ReturnType<typeof corpusReportSchema.parse> & {
  readonly tokens: { readonly mean: number; readonly max: number };
};

/** The worker's own count of the same file with the same tokenizer, from a run since it changed. */
async function pastReport(
  context: Context,
  path: string,
  model: string,
  changed: number,
): Promise<Counted | null> {
  const row = context.store.first(
    rowSchema,
    `SELECT id FROM runs WHERE json_extract(spec_json, '$.corpus.path') = ? AND model = ?
       AND deleted = 0 AND created_at > ? AND steps > 0 ORDER BY created_at DESC LIMIT 1`,
    path,
    model,
    new Date(changed).toISOString(),
  );
  if (row === null) return null;
  try {
    const text = await readFile(join(context.home.runFolder(row.id), 'corpus-report.json'), 'utf8');
    const report = corpusReportSchema.parse(JSON.parse(text));
    return report.tokens === null ? null : { ...report, tokens: report.tokens };
  } catch {
    return null;
  }
}

/** Lines that are not blank; counted again only when the file has changed. */
async function countLines(
  path: string,
): Promise<{ readonly lines: number; readonly bytes: number; readonly changed: number }> {
  const { size, mtimeMs } = await stat(path);
  const stamp = `${size} ${mtimeMs}`;
  const before = counted.get(path);
  if (before?.stamp === stamp) return { lines: before.lines, bytes: size, changed: mtimeMs };
  let lines = 0;
  let blank = true;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      if (byte === 0x0a) {
        if (!blank) lines += 1;
        blank = true;
      } else if (byte > 0x20) blank = false;
    }
  }
  if (!blank) lines += 1;
  counted.set(path, { stamp, lines });
  return { lines, bytes: size, changed: mtimeMs };
}
