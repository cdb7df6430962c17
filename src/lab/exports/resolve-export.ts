/** Makes an export's complete specification: whose adapter, into which weights, where to. */
import { lstat, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '@shared/errors';
import type { ExportSpec } from '@shared/export';
import type { RunSpec } from '@shared/run-spec';
import type { LabContext } from '../context';
import { workerThreads } from '../devices/cpu';
import { findEnvironment } from '../environments/python';
import { absolutePath, findModel, modelHash } from '../models/find-model';
import { findCheckpoint } from '../runs/find-checkpoint';
import { runSpecOf } from '../runs/run-rows';
import { newId } from '../store/ids';
import { exportsFolder } from './export-files';
import { openExport } from './list-exports';

export interface ExportRequest {
  readonly runId: string;
  readonly step: number | null;
  readonly to: ExportSpec['to'];
  readonly out?: string | undefined;
}

export interface ResolvedExport {
  readonly spec: ExportSpec;
  /** Adapter of a checkpoint, to be kept where the specification says; null: the finished one. */
  readonly checkpointAdapter: string | null;
}

/**
 * @throws LabError when the run, its checkpoint or its base model cannot be used, or when something
 * lies already where the export would go.
 */
export async function resolveExport(
  context: LabContext,
  request: ExportRequest,
): Promise<ResolvedExport> {
  const run = runSpecOf(context.store, request.runId);
  const id = newId();
  const checkpoint =
    request.step === null ? null : await findCheckpoint(context, run, request.step);
  const finished = join(context.home.runFolder(run.id), 'adapter');
  if (checkpoint === null) await requireFinished(run, finished);
  const outPath =
    request.out === undefined
      ? join(exportsFolder(context, run.id), nameOf(request))
      : absolutePath(request.out);
  await requireFree(context, outPath);
  await requireSameBase(context, run);
  const { architecture: _, ...device } = run.device;
  await findEnvironment(context, device);
  const spec: ExportSpec = {
    schemaVersion: 1,
    kind: 'export',
    id,
    createdAt: new Date().toISOString(),
    runId: run.id,
    runName: run.name,
    to: request.to,
    step: request.step,
    base: { source: run.model.source, path: run.model.path, hash: run.model.hash },
    quantization: run.quantization,
    precision: run.precision,
    promptFormat: run.data.promptFormat,
    adapterPath: checkpoint === null ? finished : join(context.home.jobFolder(id), 'adapter'),
    outPath,
    backend: run.backend,
    device: { ...device, threads: workerThreads() },
  };
  return { spec, checkpointAdapter: checkpoint?.adapterPath ?? null };
}

/** "merged", "merged-step-200". */
const nameOf = ({ to, step }: ExportRequest): string => (step === null ? to : `${to}-step-${step}`);

async function requireFinished(run: RunSpec, adapter: string): Promise<void> {
  const found = await stat(adapter).catch(() => null);
  if (found !== null) return;
  throw new LabError({
    code: 'conflict',
    what: `The run "${run.name}" has no finished adapter yet.`,
    why: `${adapter} does not exist.`,
    fix: `Let the training finish, or resume it; ${run.name}@latest is its newest checkpoint.`,
  });
}

async function requireFree(context: LabContext, path: string): Promise<void> {
  const making = await openExport(context, ({ outPath }) => outPath === path);
  if (making !== null) {
    throw new LabError({
      code: 'conflict',
      what: `${path} is being made already.`,
      why: `An export of ${making.spec.runName} goes there (job ${making.jobId}).`,
      fix: 'Wait for it, cancel it, or name another folder with --out.',
    });
  }
  const there = await lstat(path).catch(() => null);
  if (there === null) return;
  throw new LabError({
    code: 'conflict',
    what: `There is already something at ${path}.`,
    why: 'An export never overwrites what is there.',
    fix: `Use what is there, move ${basename(path)} away, or name another folder with --out.`,
  });
}

/** The adapter belongs to the weights that it was trained on, and to no others. */
async function requireSameBase(context: LabContext, run: RunSpec): Promise<void> {
  const model = await findModel(context, run.model.path);
  if ((await modelHash(context, model)) === run.model.hash) return;
  throw new LabError({
    code: 'refused',
    what: `The base model of "${run.name}" has changed since it was trained.`,
    why: `The files in ${run.model.path} are others than those that the adapter was trained on.`,
    fix: 'Bring the earlier version of the model back, then export again.',
  });
}
