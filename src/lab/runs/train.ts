/** Begins a training: writes its folder, then the index row and the jobs in one step. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { trainRequestSchema } from '@shared/run';
import type { RunSpec } from '@shared/run-spec';
import type { SmokeSpec } from '@shared/smoke';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import type { LabContext } from '../context';
import { discardPrepared, enqueuePrepared, prepareRunEvaluations } from '../evaluations/enqueue';
import { resolveTraining } from '../presets/resolve';
import { enqueueJob } from '../queue/enqueue';
import { discardRunSmoke, prepareRunSmoke } from '../smoke/run-smoke';
import { enqueueSmoke } from '../smoke/smoke-service';
import { newId } from '../store/ids';
import { insertRun, runSpecOf } from './run-rows';

export interface BegunTraining {
  readonly runId: string;
  readonly evaluationIds: string[];
}

/**
 * Enqueues a training and the evaluations that follow it.
 * @throws LabError when the request cannot be made into a complete specification.
 */
export async function train(
  context: LabContext,
  request: z.output<typeof trainRequestSchema>,
): Promise<BegunTraining> {
  if (request.preset === undefined && request.fromRun === undefined) {
    throw new LabError({
      code: 'bad_input',
      what: 'Nothing to train was named.',
      why: 'A training starts from a preset or from an earlier run.',
      fix: 'Name a preset; npm run lab -- presets list shows them.',
    });
  }
  const id = newId();
  const name = request.name ?? nextName(context, request.preset, request.fromRun);
  const createdAt = new Date().toISOString();
  const { spec, evaluations, smoke } = await resolveTraining(context, request, {
    id,
    name,
    createdAt,
  });
  const prepared = await prepareRunEvaluations(context, spec, evaluations);
  let smokeSpec: SmokeSpec | null = null;
  try {
    smokeSpec = await prepareRunSmoke(context, spec, smoke);
    await writeRunFolder(context, spec);
  } catch (error) {
    await discardPrepared(context, prepared);
    await discardRunSmoke(context, smokeSpec);
    throw error;
  }
  // All or nothing: a crash leaves no training without the evaluations that it was asked for.
  const evaluationIds = context.store.transaction(() => {
    insertRun(context.store, spec);
    const job = enqueueJob(context, {
      kind: 'train',
      title: `Train ${name}`,
      targetId: id,
      device: spec.device.id,
      after: [],
    });
    context.changes.publish('runs', id);
    const smokeJobs = smokeSpec === null ? [] : [enqueueSmoke(context, smokeSpec, [job.id]).id];
    return enqueuePrepared(context, prepared, [job.id], smokeJobs);
  });
  return { runId: id, evaluationIds };
}

async function writeRunFolder(context: LabContext, spec: RunSpec): Promise<void> {
  const folder = context.home.runFolder(spec.id);
  try {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(join(folder, 'spec.json'), `${JSON.stringify(spec, null, 2)}\n`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new LabError({
      code: 'failed',
      what: `The run's folder could not be written: ${folder}`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Make room on the disk, or choose another lab home with --home.',
    });
  }
}

/** "starter 3": the preset's name and how many runs it has had. */
function nextName(
  context: LabContext,
  preset: string | undefined,
  fromRun: string | undefined,
): string {
  const stem = preset ?? runSpecOf(context.store, fromRun ?? '').preset;
  const before = Number(
    context.store.value('SELECT count(*) FROM runs WHERE preset = ?', stem) ?? 0,
  );
  return `${stem} ${before + 1}`;
}
