/**
 * What the lab changes in a run's specification so that it can go on: after a shortage of memory
 * half the micro-batch and twice the accumulation. The effective batch, and with it the result,
 * stays what it was.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunSpec, runSpecSchema } from '@shared/run-spec';
import writeFileAtomic from 'write-file-atomic';
import type { LabContext } from '../context';
import { checkpointsOf } from './checkpoints';
import { runSpecOf } from './run-rows';

export type Adjustment = RunSpec['adjustments'][number];

/** The largest micro-batch of at most half the size that divides the effective batch; null at 1. */
export function halfMicroBatch({
  micro,
  effective,
}: Pick<RunSpec['batch'], 'micro' | 'effective'>): number | null {
  for (let size = Math.floor(micro / 2); size > 1; size -= 1) {
    if (effective % size === 0) return size;
  }
  return micro > 1 ? 1 : null;
}

/** The specification after a shortage of memory; null when nothing is left to halve. */
export function withHalfMicroBatch<Spec extends Pick<RunSpec, 'batch' | 'adjustments'>>(
  spec: Spec,
  step: number,
  time: number,
): Spec | null {
  const micro = halfMicroBatch(spec.batch);
  if (micro === null) return null;
  const adjustment: Adjustment = {
    time,
    reason: 'out_of_memory',
    step,
    fromMicro: spec.batch.micro,
    toMicro: micro,
  };
  return {
    ...spec,
    batch: { ...spec.batch, micro, accumulation: spec.batch.effective / micro },
    adjustments: [...spec.adjustments, adjustment],
  };
}

/**
 * Halves the micro-batch of a run, in its folder first and then in the index. The dead worker is
 * forgotten in the same transaction, so a scheduler that comes after a crash starts a new one.
 * @returns the changed specification; null when nothing is left to halve
 */
export async function halveMicroBatch(
  context: LabContext,
  runId: string,
  jobId: string,
): Promise<RunSpec | null> {
  const folder = context.home.runFolder(runId);
  const kept = (await checkpointsOf(folder)).findLast((checkpoint) => checkpoint.complete);
  const spec = withHalfMicroBatch(runSpecOf(context.store, runId), kept?.step ?? 0, Date.now());
  if (spec === null) return null;
  await writeFileAtomic(join(folder, 'spec.json'), `${JSON.stringify(spec, null, 2)}\n`);
  adopt(context, spec, jobId);
  return spec;
}

/** The specification to run: an adjustment that a crash kept from the index is taken over. */
export async function adjustedSpec(
  context: LabContext,
  runId: string,
  jobId: string,
): Promise<RunSpec> {
  const known = runSpecOf(context.store, runId);
  const written = await specInFolder(context.home.runFolder(runId));
  if (written === null || written.adjustments.length <= known.adjustments.length) return known;
  adopt(context, written, jobId);
  return written;
}

/** "micro-batch 4 since memory ran out"; empty when nothing was changed. */
export function adjustmentNote({ adjustments }: RunSpec): string {
  const last = adjustments.at(-1);
  return last === undefined ? '' : `micro-batch ${last.toMicro} since memory ran out`;
}

function adopt(context: LabContext, spec: RunSpec, jobId: string): void {
  const { store, changes } = context;
  store.transaction(() => {
    store.run('UPDATE runs SET spec_json = ? WHERE id = ?', JSON.stringify(spec), spec.id);
    store.run('UPDATE jobs SET worker_json = NULL WHERE id = ?', jobId);
    changes.publish('runs', spec.id);
    changes.publish('queue', jobId);
  });
}

async function specInFolder(folder: string): Promise<RunSpec | null> {
  try {
    return runSpecSchema.parse(JSON.parse(await readFile(join(folder, 'spec.json'), 'utf8')));
  } catch {
    return null;
  }
}
