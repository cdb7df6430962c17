/** What a user may name as the subject of an evaluation. */
import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { LabError } from '@shared/errors';
import type { EvaluationSpec, Subject, SubjectQuantization } from '@shared/evaluation';
import type { RunSpec } from '@shared/run-spec';
import type { LabContext } from '../context';
import { findEndpoint } from '../endpoints/endpoint-files';
import { keyOf } from '../endpoints/keys';
import { readManifest } from '../exports/export-files';
import { absolutePath, findModel, modelHash, shippedModels } from '../models/find-model';
import { ggufSubject } from './gguf-subject';
import { mergedModel, namedRun } from './run-subjects';

export interface FoundSubject {
  readonly subject: Subject;
  readonly label: string;
  /** Number format that the model computes in; that of the training for a run. */
  readonly precision: RunSpec['precision'];
  /** How it is asked: as it was trained; a model's chat template when it was not. */
  readonly promptFormat: RunSpec['data']['promptFormat'];
  /** What can read it; absent: any but llama.cpp. */
  readonly backend?: EvaluationSpec['backend'];
}

const plain = { precision: 'float32', promptFormat: 'chatml' } as const;

const unquantized: SubjectQuantization = {
  kind: 'none',
  doubleQuantization: true,
  computeType: 'auto',
};

/**
 * base:MODEL or a model that ships, a run by id or unique name, one of its checkpoints (RUN@STEP,
 * RUN@latest), merged:RUN, gguf:FILE, endpoint:NAME, `reference`, `replay:FILE`.
 * @throws LabError when nothing, or more than one thing, has that name
 */
export async function findSubject(context: LabContext, named: string): Promise<FoundSubject> {
  if (named === 'reference') {
    return { subject: { kind: 'reference' }, label: 'reference', ...plain };
  }
  if (named.startsWith('replay:')) return replay(named.slice('replay:'.length));
  if (named.startsWith('endpoint:')) return atEndpoint(context, named.slice('endpoint:'.length));
  if (named.startsWith('base:')) return baseModel(context, named.slice('base:'.length));
  if (named.startsWith('gguf:')) return ggufSubject(context, named.slice('gguf:'.length));
  if (named.startsWith('merged:')) return mergedModel(context, named.slice('merged:'.length));
  const run = await namedRun(context, named);
  if (run !== null) return run;
  if ((await shippedModels(context)).includes(named)) return baseModel(context, named);
  throw new LabError({
    code: 'not_found',
    what: `There is no subject "${named}".`,
    why: 'No run has that id or name, and no model that ships.',
    fix: 'Name a run, RUN@STEP, merged:RUN, base:MODEL (a folder or a model that ships), gguf:FILE, endpoint:NAME, reference, or replay:FILE.',
  });
}

/** @param precision absent: that of the exported model in the folder, else float32 */
export async function baseModel(
  context: LabContext,
  source: string,
  quantization: SubjectQuantization = unquantized,
  precision?: RunSpec['precision'],
): Promise<FoundSubject> {
  const model = await findModel(context, source);
  const hash = await modelHash(context, model);
  // A folder that was exported says what it is, and how its run was trained to be asked.
  const exported = await readManifest(model.path);
  const name = exported === null ? basename(model.source) : `${exported.runName} merged`;
  const suffix = quantization.kind === 'none' ? '' : ` (${quantization.kind})`;
  return {
    subject: { kind: 'base-model', source: model.source, path: model.path, hash, quantization },
    // "base starter", "base starter (nf4)"
    label: `base ${name}${suffix}`,
    precision: precision ?? exported?.precision ?? 'float32',
    promptFormat: exported?.promptFormat ?? 'chatml',
  };
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
