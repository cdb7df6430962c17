/** The folder of a rehearsal, `jobs/<id>/`: what was asked for and what was measured. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import {
  type RehearsalResult,
  type RehearseSpec,
  rehearsalResultSchema,
  rehearseSpecSchema,
} from '@shared/rehearsal';
import writeFileAtomic from 'write-file-atomic';
import type { LabContext } from '../context';

type Home = Pick<LabContext, 'home'>;

/** @throws LabError when the folder cannot be written; then nothing of it is left. */
export async function writeRehearsal({ home }: Home, spec: RehearseSpec): Promise<void> {
  const folder = home.jobFolder(spec.id);
  try {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(join(folder, 'spec.json'), `${JSON.stringify(spec, null, 2)}\n`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new LabError({
      code: 'failed',
      what: `The rehearsal's folder could not be written: ${folder}`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Make room on the disk, or choose another lab home with --home.',
    });
  }
}

/** @throws LabError when there is no rehearsal of that id. */
export async function readRehearsal(context: Home, id: string): Promise<RehearseSpec> {
  // An id is a folder's name here, so one with a path in it must not be followed.
  const spec = /^[a-z0-9]+$/.test(id) ? await specIn(context.home.jobFolder(id)) : null;
  if (spec !== null) return spec;
  throw new LabError({
    code: 'not_found',
    what: `There is no rehearsal ${id}.`,
    why: 'This lab home has no folder of it.',
    fix: 'Start one with: npm run lab -- rehearse PRESET',
  });
}

/** Every rehearsal of the home, the newest first; what cannot be read is left out. */
export async function readRehearsals({ home }: Home): Promise<readonly RehearseSpec[]> {
  const ids = await readdir(home.jobs).catch(() => []);
  const specs = await Promise.all(ids.map((id) => specIn(home.jobFolder(id))));
  return specs
    .filter((spec) => spec !== null)
    .sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
}

/** What was measured; null while there is nothing. */
export async function readResult({ home }: Home, id: string): Promise<RehearsalResult | null> {
  const value = await json(join(home.jobFolder(id), 'result.json'));
  return rehearsalResultSchema.safeParse(value).data ?? null;
}

async function specIn(folder: string): Promise<RehearseSpec | null> {
  return rehearseSpecSchema.safeParse(await json(join(folder, 'spec.json'))).data ?? null;
}

async function json(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
