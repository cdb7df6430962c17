/** The smoke test that stands between a training and its evaluations, and what it kept from them. */
import type { RunSmoke } from '@shared/run';
import type { LabContext } from '../context';
import { jobsAfter, jobsCancelledWith } from '../queue/job-rows';
import { readSmoke } from '../smoke/smoke-files';

/** null when none was queued with that training. */
export async function smokeOfRun(
  context: Pick<LabContext, 'home' | 'store'>,
  trainJobId: string,
): Promise<RunSmoke | null> {
  const job = jobsAfter(context.store, trainJobId, 'smoke').at(-1);
  if (job === undefined) return null;
  // Its folder may have been taken away since; the queue still knows how it ended.
  const spec = await readSmoke(context, job.targetId).catch(() => null);
  return {
    id: job.targetId,
    jobId: job.id,
    check: spec?.check ?? null,
    status: job.state,
    failure: job.failure,
    refused: jobsCancelledWith(context.store, job.id)
      .filter(({ kind, state }) => kind === 'evaluate' && state === 'cancelled')
      .map(({ id, targetId }) => ({ evaluationId: targetId, jobId: id })),
  };
}
