/** The folder of a smoke test, `jobs/<id>/`: what is asked, and what came of it line by line. */
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import {
  type SmokeEnd,
  type SmokeLine,
  type SmokeSpec,
  smokeLineSchema,
  smokeSpecSchema,
} from '@shared/smoke';
import writeFileAtomic from 'write-file-atomic';
import type { LabContext } from '../context';
import { keepSubject } from '../evaluations/run-subjects';
import { readJsonLines } from '../process/json-lines';

type Home = Pick<LabContext, 'home'>;

export const streamOf = (folder: string): string => join(folder, 'stream.jsonl');

/**
 * Writes its folder, and keeps the adapters of checkpoints in it, since training prunes them.
 * @throws LabError when the folder cannot be written; then nothing of it is left.
 */
export async function writeSmoke({ home }: Home, planned: SmokeSpec): Promise<void> {
  const folder = home.jobFolder(planned.id);
  try {
    await mkdir(folder, { recursive: true });
    const candidates = await Promise.all(
      planned.candidates.map(async (candidate, place) => ({
        ...candidate,
        subject: await keepSubject(candidate.subject, join(folder, `adapter-${place}`)),
      })),
    );
    const spec = { ...planned, candidates };
    await writeFileAtomic(join(folder, 'spec.json'), `${JSON.stringify(spec, null, 2)}\n`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (error instanceof LabError) throw error;
    throw new LabError({
      code: 'failed',
      what: `The smoke test's folder could not be written: ${folder}`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Make room on the disk, or choose another lab home with --home.',
    });
  }
}

/** @throws LabError when there is no smoke test of that id. */
export async function readSmoke({ home }: Home, id: string): Promise<SmokeSpec> {
  // An id is a folder's name here, so one with a path in it must not be followed.
  const spec = /^[a-z0-9]+$/.test(id) ? await specIn(home.jobFolder(id)) : null;
  if (spec !== null) return spec;
  throw new LabError({
    code: 'not_found',
    what: `There is no smoke test ${id}.`,
    why: 'This lab home has no folder of it.',
    fix: 'Start one with: npm run lab -- smoke SUBJECT --prompt TEXT',
  });
}

/** Every smoke test of the home, the newest first; what cannot be read is left out. */
export async function readSmokes({ home }: Home): Promise<readonly SmokeSpec[]> {
  const ids = await readdir(home.jobs).catch(() => []);
  const specs = await Promise.all(ids.map((id) => specIn(home.jobFolder(id))));
  return specs
    .filter((spec) => spec !== null)
    .sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
}

async function specIn(folder: string): Promise<SmokeSpec | null> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, 'spec.json'), 'utf8'));
    return smokeSpecSchema.safeParse(value).data ?? null;
  } catch {
    return null;
  }
}

/** Reads on in the stream of a smoke test. Half lines wait; garbage is passed over. */
export class StreamReader {
  readonly #path: string;
  #offset = 0;

  constructor(folder: string) {
    this.#path = streamOf(folder);
  }

  async readOn(): Promise<SmokeLine[]> {
    const fresh: SmokeLine[] = [];
    for (;;) {
      const read = await readJsonLines(this.#path, this.#offset);
      if (read.offset === this.#offset) return fresh;
      this.#offset = read.offset;
      for (const { value } of read.lines) {
        const line = smokeLineSchema.safeParse(value).data;
        if (line !== undefined) fresh.push(line);
      }
    }
  }
}

/** The last word on each candidate; one that was begun again has none until it ends. */
export function endsOf(lines: readonly SmokeLine[]): ReadonlyMap<number, SmokeEnd> {
  const ends = new Map<number, SmokeEnd>();
  for (const line of lines) {
    if (line.kind === 'begin') ends.delete(line.candidate);
    if (line.kind === 'end') ends.set(line.candidate, line);
  }
  return ends;
}

/** Puts an earlier attempt's answers aside, so that everything is asked anew. */
export async function putAside(folder: string, attempt: number): Promise<void> {
  const path = streamOf(folder);
  const there = await stat(path).catch(() => null);
  if (there !== null) await rename(path, join(folder, `stream-${attempt}.jsonl`));
}
