/** Corpora as the shells see them. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { CorpusReport, CorpusSummary } from '@shared/corpus';
import type { LabContext } from '../context';
import { findModel } from '../models/find-model';
import { findCorpus, listCorpora } from './find-corpora';
import { inspectCorpus } from './inspect-corpus';

export function createCorporaService(context: LabContext) {
  const counts = new Map<string, { readonly stamp: string; readonly lines: number }>();

  return {
    async list(): Promise<CorpusSummary[]> {
      const corpora = await listCorpora(context);
      return Promise.all(
        corpora.map(async ({ manifest, path, source }) => {
          const { name, version, title, description, format } = manifest;
          const examples = await countLines(counts, path);
          return { name, version, title, description, format, path, examples, source };
        }),
      );
    },

    async validate(input: {
      readonly source: string;
      readonly model: string | null;
      readonly maxLength: number;
    }): Promise<CorpusReport> {
      const corpus = await findCorpus(context, input.source);
      const model = input.model === null ? null : await findModel(context, input.model);
      return inspectCorpus(context, {
        path: corpus.path,
        modelPath: model?.path ?? null,
        maxLength: input.maxLength,
      });
    },
  };
}

/** Lines that are not blank; counted again only when the file has changed. */
async function countLines(
  known: Map<string, { readonly stamp: string; readonly lines: number }>,
  path: string,
): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  const stamp = `${found.size} ${found.mtimeMs}`;
  const before = known.get(path);
  if (before?.stamp === stamp) return before.lines;
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
  known.set(path, { stamp, lines });
  return lines;
}
