/** A rehearsal as the shells show it, put together from its folder and its job. */
import type { FailureCard, JobState } from '@shared/job';
import type { Rehearsal, RehearsalResult, RehearseSpec } from '@shared/rehearsal';
import type { LabContext } from '../context';
import { failureCard } from '../process/failure-card';
import { type LastWords, lastWords } from '../process/last-words';
import { jobOfTarget } from '../queue/job-rows';
import { readResult } from './rehearsal-files';
import { wholeRunSeconds } from './whole-run';

export async function viewOf(context: LabContext, spec: RehearseSpec): Promise<Rehearsal> {
  const { id, name, recorded } = spec.device;
  const job = jobOfTarget(context.store, spec.id);
  const result = await readResult(context, spec.id);
  const failed = job === null ? result === null : job.state === 'failed';
  const words = failed ? await lastWords(context.home.jobFolder(spec.id)) : null;
  return {
    id: spec.id,
    jobId: job?.id ?? null,
    createdAt: spec.createdAt,
    status: job?.state ?? stateWithoutJob(result, words),
    message: job?.message ?? null,
    preset: spec.preset,
    model: spec.model.source,
    device: { id, name, recorded },
    quantization: spec.quantization.kind,
    precision: spec.precision,
    microBatch: spec.batch.micro,
    accumulation: spec.batch.accumulation,
    maxLength: spec.batch.maxLength,
    totalSteps: spec.totalSteps,
    result,
    totalSeconds: result === null ? null : wholeRunSeconds(spec, result),
    predictedBytes: spec.predictedBytes,
    failure: job?.failure ?? (await cardWithoutJob(context, spec, words)),
    ...(words?.error?.code === 'out_of_memory' ? { outOfMemory: true } : {}),
    ...(result === null ? {} : { outOfMemory: false }),
  };
}

/** The card of a rehearsal whose worker failed, from its own last words. */
export function rehearsalCard(
  context: Pick<LabContext, 'home'>,
  spec: RehearseSpec,
  words: LastWords,
  end: Pick<Parameters<typeof failureCard>[0], 'report' | 'killed'>,
): Promise<FailureCard> {
  return failureCard({
    folder: context.home.jobFolder(spec.id),
    title: `Rehearsing "${spec.preset}" on ${spec.device.name} failed`,
    error: words.error,
    canResume: false,
    ...end,
  });
}

/** After the queue was lost the folder alone says how it ended. */
function stateWithoutJob(result: RehearsalResult | null, words: LastWords | null): JobState {
  if (result !== null) return 'done';
  return words?.error ? 'failed' : 'stopped';
}

async function cardWithoutJob(
  context: LabContext,
  spec: RehearseSpec,
  words: LastWords | null,
): Promise<FailureCard | null> {
  if (!words?.error) return null;
  return rehearsalCard(context, spec, words, { report: null, killed: false });
}
