/** One complete checkpoint of a run, whatever state the run is in, and its adapter kept elsewhere. */
import { copyFile, link, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import { type CheckpointManifest, checkpointManifestSchema } from '@shared/job-files';
import { parseJson } from '@shared/parse-json';
import type { LabContext } from '../context';
import { fileHash } from '../models/file-hash';
import { checkpointsOf } from './checkpoints';

/** The adapter of a checkpoint as it is used; the rest is for going on with the training. */
const adapterFolder = 'adapter';

export interface FoundCheckpoint {
  readonly step: number;
  /** Holds the adapter, which fits the untouched base model. */
  readonly adapterPath: string;
}

interface RunName {
  readonly id: string;
  readonly name: string;
}

/**
 * The checkpoint of a step, or the newest complete one. Its files are all there in the sizes that
 * its manifest says, and those of its adapter have the hashes that stand there.
 * @throws LabError naming the checkpoints that there are, or what is wrong with this one
 */
export async function findCheckpoint(
  context: Pick<LabContext, 'home' | 'store'>,
  run: RunName,
  wanted: number | 'latest',
): Promise<FoundCheckpoint> {
  const there = await checkpointsOf(context.home.runFolder(run.id));
  const complete = there.filter((one) => one.complete);
  const entry = wanted === 'latest' ? complete.at(-1) : there.find(({ step }) => step === wanted);
  if (entry === undefined) throw noSuchCheckpoint(run, wanted, stepsOf(complete));
  const manifest = await manifestIn(entry.path);
  const problem =
    manifest === null
      ? 'it has no manifest that can be read, so writing it was interrupted'
      : await whatIsBroken(context, entry.path, entry.step, manifest);
  if (problem === null) return { step: entry.step, adapterPath: join(entry.path, adapterFolder) };
  // Training prunes its oldest checkpoints: one may have gone while it was looked at.
  const gone = !(await exists(entry.path));
  const others = stepsOf(complete).filter((step) => step !== entry.step);
  if (gone) throw noSuchCheckpoint(run, wanted, others);
  throw broken(run, entry.step, problem, others);
}

/**
 * Puts the small adapter of a checkpoint into `folder`, where pruning does not reach it: as a second
 * name of the same files where the disk can do that, else as a copy.
 */
export async function keepAdapter(from: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  try {
    for (const name of await readdir(from)) {
      const [source, target] = [join(from, name), join(folder, name)];
      await link(source, target).catch(() => copyFile(source, target));
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new LabError({
      code: 'failed',
      what: 'The adapter of the checkpoint could not be kept.',
      why: error instanceof Error ? error.message : String(error),
      fix: 'Ask again: the training may just have deleted this checkpoint for a newer one.',
    });
  }
}

async function manifestIn(folder: string): Promise<CheckpointManifest | null> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => '');
  return checkpointManifestSchema.safeParse(parseJson(text)).data ?? null;
}

async function whatIsBroken(
  context: Pick<LabContext, 'store'>,
  folder: string,
  step: number,
  manifest: CheckpointManifest,
): Promise<string | null> {
  if (manifest.step !== step) return `its manifest is of step ${manifest.step}`;
  const files = Object.entries(manifest.files);
  if (!files.some(([name]) => name.startsWith(`${adapterFolder}/`))) return 'it has no adapter';
  for (const [name, { bytes, sha256 }] of files) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null) return `${name} is missing`;
    if (found.size !== bytes) return `${name} has ${found.size} bytes instead of ${bytes}`;
    if (!name.startsWith(`${adapterFolder}/`)) continue;
    if ((await fileHash(context, path).catch(() => '')) !== sha256) {
      return `${name} has changed since it was written`;
    }
  }
  return null;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const stepsOf = (entries: readonly { readonly step: number }[]): number[] =>
  entries.map(({ step }) => step);

function listed(steps: readonly number[]): string {
  const last = steps.at(-1);
  if (last === undefined) return 'There is no complete checkpoint of it.';
  if (steps.length === 1) return `Its only complete checkpoint is that of step ${last}.`;
  return `There are complete checkpoints of the steps ${steps.slice(0, -1).join(', ')} and ${last}.`;
}

function whichToName(run: RunName, steps: readonly number[]): string {
  const last = steps.at(-1);
  return last === undefined
    ? 'Let the training write one (monitoring.checkpointEvery), or name the run alone when it has finished.'
    : `Name one that is there, for example ${run.name}@${last} or ${run.name}@latest.`;
}

function noSuchCheckpoint(
  run: RunName,
  wanted: number | 'latest',
  steps: readonly number[],
): LabError {
  return new LabError({
    code: 'not_found',
    what:
      wanted === 'latest'
        ? `The run "${run.name}" has no checkpoint yet.`
        : `The run "${run.name}" has no checkpoint of step ${wanted}.`,
    why: listed(steps),
    fix: whichToName(run, steps),
  });
}

function broken(run: RunName, step: number, problem: string, steps: readonly number[]): LabError {
  return new LabError({
    code: 'conflict',
    what: `The checkpoint of step ${step} of the run "${run.name}" is not complete.`,
    why: `What is wrong with it: ${problem}. ${listed(steps)}`,
    fix: whichToName(run, steps),
  });
}
