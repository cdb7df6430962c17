/** What a user may name as the subject of an evaluation. */
import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '@shared/errors';
import type { Subject, SubjectQuantization } from '@shared/evaluation';
import type { RunSpec } from '@shared/run-spec';
import { z } from 'zod';
import type { LabContext } from '../context';
import { findEndpoint } from '../endpoints/endpoint-files';
import { keyOf } from '../endpoints/keys';
import { absolutePath, findModel, modelHash, shippedModels } from '../models/find-model';
import { runSpecOf } from '../runs/run-rows';

export interface FoundSubject {
  readonly subject: Subject;
  readonly label: string;
  /** Number format that the model computes in; that of the training for a run. */
  readonly precision: RunSpec['precision'];
  /** How it is asked: as it was trained; a model's chat template when it was not. */
  readonly promptFormat: RunSpec['data']['promptFormat'];
}

const plain = { precision: 'float32', promptFormat: 'chatml' } as const;

const idSchema = z.object({ id: z.string() });
const unquantized: SubjectQuantization = {
  kind: 'none',
  doubleQuantization: true,
  computeType: 'auto',
};

/**
 * base:MODEL or a model that ships, a run by id or unique name, endpoint:NAME, `reference`,
 * `replay:FILE`.
 * @throws LabError when nothing, or more than one thing, has that name
 */
export async function findSubject(context: LabContext, named: string): Promise<FoundSubject> {
  if (named === 'reference') {
    return { subject: { kind: 'reference' }, label: 'reference', ...plain };
  }
  if (named.startsWith('replay:')) return replay(named.slice('replay:'.length));
  if (named.startsWith('endpoint:')) return atEndpoint(context, named.slice('endpoint:'.length));
  if (named.startsWith('base:')) return baseModel(context, named.slice('base:'.length));
  const runId = runNamed(context, named);
  if (runId !== null) return finishedRun(context, runId);
  if ((await shippedModels(context)).includes(named)) return baseModel(context, named);
  throw new LabError({
    code: 'not_found',
    what: `There is no subject "${named}".`,
    why: 'No run has that id or name, and no model that ships.',
    fix: 'Name a run, base:MODEL (a folder or a model that ships), endpoint:NAME, reference, or replay:FILE.',
  });
}

export async function baseModel(
  context: LabContext,
  source: string,
  quantization: SubjectQuantization = unquantized,
  precision: RunSpec['precision'] = 'float32',
): Promise<FoundSubject> {
  const model = await findModel(context, source);
  const hash = await modelHash(context, model);
  return {
    subject: { kind: 'base-model', source: model.source, path: model.path, hash, quantization },
    label: baseLabel(model.source, quantization),
    precision,
    promptFormat: 'chatml',
  };
}

/** "base starter", "base starter (nf4)". */
function baseLabel(source: string, quantization: SubjectQuantization): string {
  const suffix = quantization.kind === 'none' ? '' : ` (${quantization.kind})`;
  return `base ${basename(source)}${suffix}`;
}

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
  };
}

async function finishedRun(context: LabContext, runId: string): Promise<FoundSubject> {
  const found = runSubject(context, runSpecOf(context.store, runId));
  const adapter = join(context.home.runFolder(runId), 'adapter');
  await access(adapter).catch(() => {
    throw new LabError({
      code: 'conflict',
      what: `The run "${found.label}" has no finished adapter yet.`,
      why: `${adapter} does not exist.`,
      fix: 'Let the training finish, or resume it.',
    });
  });
  return found;
}

async function atEndpoint(context: LabContext, name: string): Promise<FoundSubject> {
  const endpoint = await findEndpoint(context, name);
  const { baseUrl, model } = endpoint;
  // A key that is missing is said now, not in the middle of the night.
  keyOf(endpoint);
  return {
    subject: { kind: 'endpoint', name, baseUrl, model },
    label: endpoint.title || `${name} ${model}`,
    ...plain,
  };
}

async function replay(file: string): Promise<FoundSubject> {
  const path = absolutePath(file);
  await access(path).catch(() => {
    throw new LabError({
      code: 'not_found',
      what: `There is no file ${path}.`,
      why: 'A replay reads stored generations from it.',
      fix: 'Name a JSONL file with taskId and text a line, for example an evaluation’s generations.jsonl.',
    });
  });
  return {
    subject: { kind: 'replay', path },
    label: `replay ${basename(path)}`,
    ...plain,
  };
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
