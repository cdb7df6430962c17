/** The folders of exports: `jobs/<id>/` says what was asked for, the exported one what came of it. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import {
  type ExportManifest,
  type ExportSpec,
  exportManifestName,
  exportManifestSchema,
  exportSpecSchema,
} from '@shared/export';
import { parseJson } from '@shared/parse-json';
import writeFileAtomic from 'write-file-atomic';
import type { LabContext } from '../context';
import { keepAdapter } from '../runs/find-checkpoint';

type Home = Pick<LabContext, 'home'>;

/** Folder of a run that its exports lie in, unless somebody wanted another. */
export const exportsFolder = ({ home }: Home, runId: string): string =>
  join(home.runFolder(runId), 'exports');

/**
 * Writes the folder of the job. A checkpoint's adapter is kept in it, since training prunes.
 * @throws LabError when the folder cannot be written; then nothing of it is left.
 */
export async function writeExport(
  { home }: Home,
  spec: ExportSpec,
  checkpointAdapter: string | null,
): Promise<void> {
  const folder = home.jobFolder(spec.id);
  try {
    await mkdir(folder, { recursive: true });
    if (checkpointAdapter !== null) await keepAdapter(checkpointAdapter, spec.adapterPath);
    await writeFileAtomic(join(folder, 'spec.json'), `${JSON.stringify(spec, null, 2)}\n`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (error instanceof LabError) throw error;
    throw new LabError({
      code: 'failed',
      what: `The folder of the export could not be written: ${folder}`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Make room on the disk, or choose another lab home with --home.',
    });
  }
}

/** @throws LabError when there is no export of that id. */
export async function readExport({ home }: Home, id: string): Promise<ExportSpec> {
  // An id is a folder's name here, so one with a path in it must not be followed.
  const spec = /^[a-z0-9]+$/.test(id) ? await specIn(home.jobFolder(id)) : null;
  if (spec !== null) return spec;
  throw new LabError({
    code: 'not_found',
    what: `There is no export ${id}.`,
    why: 'This lab home has no folder of it that can be read.',
    fix: 'Start one with: npm run lab -- export RUN --to merged',
  });
}

/** Every export that this home was asked for, in no order; what cannot be read is left out. */
export async function readExports({ home }: Home): Promise<readonly ExportSpec[]> {
  const ids = await readdir(home.jobs).catch(() => []);
  const specs = await Promise.all(ids.map((id) => specIn(home.jobFolder(id))));
  return specs.filter((spec) => spec !== null);
}

/** What the exported folder says of itself; null when it is none, or not complete. */
export async function readManifest(folder: string): Promise<ExportManifest | null> {
  const text = await readFile(join(folder, exportManifestName), 'utf8').catch(() => '');
  return exportManifestSchema.safeParse(parseJson(text)).data ?? null;
}

/** The folders of complete exports that lie in the run's own folder. */
export async function exportedIn(context: Home, runId: string): Promise<readonly string[]> {
  const folder = exportsFolder(context, runId);
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).map((name) => join(folder, name));
}

async function specIn(folder: string): Promise<ExportSpec | null> {
  const text = await readFile(join(folder, 'spec.json'), 'utf8').catch(() => '');
  return exportSpecSchema.safeParse(parseJson(text)).data ?? null;
}
