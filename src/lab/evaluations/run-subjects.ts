/** What a run has to offer as a subject: its finished adapter, its checkpoints, its merged models. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { EvaluationSpec, Subject, SubjectQuantization } from '@shared/evaluation';
import type { RunSpec } from '@shared/run-spec';
import { z } from 'zod';
import type { LabContext } from '../context';
import { newestMerged } from '../exports/list-exports';
import { findModel, modelHash } from '../models/find-model';
import { findCheckpoint, keepAdapter } from '../runs/find-checkpoint';
import { runSpecOf } from '../runs/run-rows';
import type { FoundSubject } from './subjects';

const idSchema = z.object({ id: z.string() });
const unquantized: SubjectQuantization = {
  kind: 'none',
  doubleQuantization: true,
  computeType: 'auto',
};

/** The adapter of a run; it need not be there yet when the evaluation waits for the training. */
export function runSubject(context: LabContext, spec: RunSpec): FoundSubject {
  return {
    subject: {
      kind: 'run',
      runId: spec.id,
      runName: spec.name,
      basePath: spec.model.path,
      baseHash: spec.model.hash,
      adapterPath: join(context.home.runFolder(spec.id), 'adapter'),
      quantization: spec.quantization,
      checkpointStep: null,
    },
    label: spec.name,
    precision: spec.precision,
    promptFormat: spec.data.promptFormat,
    backend: spec.backend,
  };
}

/** RUN or RUN@STEP or RUN@latest; null when there is no such run. */
export async function namedRun(context: LabContext, named: string): Promise<FoundSubject | null> {
  const found = runAndStep(context, named);
  if (found === null) return null;
  const spec = runSpecOf(context.store, found.runId);
  return found.step === null ? finishedRun(context, spec) : checkpointOf(context, spec, found.step);
}

/**
 * The merged model of RUN or of RUN@STEP, the newest where there are several.
 * @throws LabError when there is no such run, or it was not exported
 */
export async function mergedModel(context: LabContext, named: string): Promise<FoundSubject> {
  const found = runAndStep(context, named);
  if (found === null) {
    throw new LabError({
      code: 'not_found',
      what: `There is no run "${named}".`,
      why: 'A merged model is named by its run.',
      fix: 'See "lab runs list"; or name a folder with base:FOLDER.',
    });
  }
  const run = runSpecOf(context.store, found.runId);
  const step = found.step === 'latest' ? undefined : found.step;
  // RUN means what it finished with, as it does without "merged:"; else the newest that there is.
  const merged =
    (await newestMerged(context, run.id, step)) ??
    (step === null ? await newestMerged(context, run.id) : null);
  if (merged === null) throw notExported(run.name, named);
  const { path, manifest } = merged;
  const hash = await modelHash(context, await findModel(context, path));
  if (hash !== manifest.hash) throw changed(path);
  const of = manifest.step === null ? '' : ` @ step ${manifest.step}`;
  return {
    subject: {
      kind: 'merged',
      runId: run.id,
      runName: run.name,
      checkpointStep: manifest.step,
      path,
      hash,
      quantization: unquantized,
      baseHash: manifest.base.hash,
      baseQuantization: manifest.quantization,
    },
    label: `${run.name}${of} merged`,
    precision: manifest.precision,
    promptFormat: manifest.promptFormat,
  };
}

/**
 * The subject with what it needs kept in `folder`: training may prune a checkpoint before it is
 * asked. Others are handed back as they are.
 * @throws LabError when the checkpoint has gone already
 */
export async function keepSubject(subject: Subject, folder: string): Promise<Subject> {
  if (subject.kind !== 'run' || subject.checkpointStep === null) return subject;
  await keepAdapter(subject.adapterPath, folder);
  return { ...subject, adapterPath: folder };
}

/** @throws LabError when the device's backend cannot read what the other has trained */
export function requireBackend(
  { backend, label, subject }: FoundSubject,
  on: { readonly backend: EvaluationSpec['backend']; readonly device: { readonly name: string } },
): void {
  if (backend === undefined || backend === on.backend) return;
  const [trained, here] = [nameOf(backend), nameOf(on.backend)];
  const run = subject.kind === 'run' ? exportName(subject) : 'RUN';
  throw new LabError({
    code: 'refused',
    what: `"${label}" cannot be asked on ${on.device.name}.`,
    why: `Its adapter was trained with ${trained}, and this device computes with ${here}, which reads another layout.`,
    fix: `Ask it on a machine with ${trained}. Or fold it into its base model there, with "lab export ${run} --to merged": ${here} reads the folder that this makes (base:FOLDER).`,
  });
}

const nameOf = (backend: EvaluationSpec['backend']): string =>
  backend === 'mlx' ? 'MLX' : 'PyTorch';

const exportName = ({ runName, checkpointStep }: Extract<Subject, { kind: 'run' }>): string =>
  checkpointStep === null ? runName : `${runName}@${checkpointStep}`;

async function finishedRun(context: LabContext, spec: RunSpec): Promise<FoundSubject> {
  const found = runSubject(context, spec);
  const adapter = join(context.home.runFolder(spec.id), 'adapter');
  await access(adapter).catch(() => {
    throw new LabError({
      code: 'conflict',
      what: `The run "${found.label}" has no finished adapter yet.`,
      why: `${adapter} does not exist.`,
      fix: `Let the training finish, or resume it; ${found.label}@latest is its newest checkpoint.`,
    });
  });
  return found;
}

async function checkpointOf(
  context: LabContext,
  spec: RunSpec,
  wanted: number | 'latest',
): Promise<FoundSubject> {
  const { step, adapterPath } = await findCheckpoint(context, spec, wanted);
  const found = runSubject(context, spec);
  if (found.subject.kind !== 'run') throw new Error('A run is no other subject.');
  return {
    ...found,
    subject: { ...found.subject, adapterPath, checkpointStep: step },
    label: `${spec.name} @ step ${step}`,
  };
}

/** A run's own name may hold an "@", so the whole is looked for first. */
function runAndStep(
  context: LabContext,
  named: string,
): { readonly runId: string; readonly step: number | 'latest' | null } | null {
  const whole = runNamed(context, named);
  if (whole !== null) return { runId: whole, step: null };
  const parts = /^(.+)@(\d{1,12}|latest)$/.exec(named);
  if (parts?.[1] === undefined || parts[2] === undefined) return null;
  const runId = runNamed(context, parts[1]);
  if (runId === null) return null;
  return { runId, step: parts[2] === 'latest' ? 'latest' : Number(parts[2]) };
}

/** Id of the run with that id, unique beginning of an id, or unique name; null when there is none. */
function runNamed(context: LabContext, named: string): string | null {
  const matches = (sql: string, value: string): string[] =>
    context.store.all(idSchema, `${sql} AND deleted = 0`, value).map(({ id }) => id);
  const exact = matches('SELECT id FROM runs WHERE id = ?', named);
  const byName = exact.length > 0 ? exact : matches('SELECT id FROM runs WHERE name = ?', named);
  const prefix = `${named.replaceAll(/[%_\\]/g, '')}%`;
  const found =
    byName.length > 0 || named.length < 6
      ? byName
      : matches('SELECT id FROM runs WHERE id LIKE ?', prefix);
  if (found.length <= 1) return found[0] ?? null;
  throw new LabError({
    code: 'bad_input',
    what: `"${named}" names ${found.length} runs.`,
    why: 'A subject must be one run.',
    fix: `Use an id: ${found.slice(0, 5).join(', ')}`,
  });
}

function notExported(runName: string, named: string): LabError {
  return new LabError({
    code: 'refused',
    what: `The run "${runName}" has no merged model${named === runName ? '' : ` as "${named}"`}.`,
    why: 'Its adapter was not folded into its base model, or the folder was taken away.',
    fix: `Export it first: lab export ${named} --to merged`,
  });
}

function changed(path: string): LabError {
  return new LabError({
    code: 'refused',
    what: `The merged model in ${path} has changed since it was exported.`,
    why: 'Its files are others than its manifest says.',
    fix: `Evaluate it for what it is now, as base:${path}, or export the run again to another folder.`,
  });
}
