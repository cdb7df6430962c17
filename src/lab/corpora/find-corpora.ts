/** Corpora as folders: those that ship, and the user's own in the lab home. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CorpusManifest, corpusManifestSchema } from '@shared/corpus';
import { LabError } from '@shared/errors';
import { z } from 'zod';
import type { LabContext } from '../context';
import { absolutePath } from '../models/find-model';
import { foldersWith } from './folders';

export interface FoundCorpus {
  /** As it was named; a path is made absolute. */
  readonly source: string;
  /** The JSONL file. */
  readonly path: string;
  readonly version: string | null;
}

export interface ListedCorpus {
  readonly manifest: CorpusManifest;
  readonly path: string;
  readonly source: 'shipped' | 'user';
}

type Places = Pick<LabContext, 'home' | 'places' | 'log'>;

/** Every corpus, newest version of a name last. One that cannot be read is left out and logged. */
export async function listCorpora(context: Places): Promise<readonly ListedCorpus[]> {
  const shipped = await readAll(context, join(context.places.resources, 'corpora'), 'shipped');
  const own = await readAll(context, context.home.corpora, 'user');
  const order = new Intl.Collator('en', { numeric: true });
  return [...shipped, ...own].sort(
    (a, b) =>
      order.compare(a.manifest.name, b.manifest.name) ||
      order.compare(a.manifest.version, b.manifest.version),
  );
}

/**
 * The corpus that `source` names: `name`, `name@version` or a JSONL file.
 * @throws LabError saying what is known and how to bring one
 */
export async function findCorpus(context: Places, source: string): Promise<FoundCorpus> {
  const listed = await listCorpora(context);
  const [name = source, version] = source.split('@');
  const fitting = listed.filter(
    ({ manifest }) =>
      manifest.name === name && (version === undefined || manifest.version === version),
  );
  const newest = fitting.at(-1);
  if (newest !== undefined) {
    return { source, path: newest.path, version: newest.manifest.version };
  }
  const path = absolutePath(source);
  if (await isFile(path)) return { source: path, path, version: null };
  const names = [...new Set(listed.map(({ manifest }) => manifest.name))];
  throw new LabError({
    code: 'not_found',
    what: `There is no corpus ${source}.`,
    why: `It is neither a JSONL file nor one that is known (${names.join(', ') || 'none'}).`,
    fix: `Name a ChatML or Alpaca JSONL file with --set corpus=FILE, or put one with a corpus.json into ${join(context.home.corpora, name)}.`,
  });
}

async function readAll(
  context: Places,
  folder: string,
  source: ListedCorpus['source'],
): Promise<readonly ListedCorpus[]> {
  const found = await foldersWith(folder, 'corpus.json');
  const read = await Promise.all(
    found.map(async (manifestPath) => {
      try {
        const manifest = corpusManifestSchema.parse(
          JSON.parse(await readFile(manifestPath, 'utf8')),
        );
        return [{ manifest, path: join(dirname(manifestPath), manifest.file), source }];
      } catch (error) {
        const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
        context.log.warn({ path: manifestPath, problem }, 'corpus left out');
        return [];
      }
    }),
  );
  return read.flat();
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
