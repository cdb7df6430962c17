/** Why a trained model was not evaluated: the smoke test that its preset asks for was not passed. */
import type { LabClient } from '@lab/rpc/router';
import { LabError } from '@shared/errors';

/** Null when no smoke test stood in the way, or it failed for a reason that is not the model's. */
export async function refusedBySmoke(client: LabClient, runId: string): Promise<LabError | null> {
  const { smoke, summary } = await client.runs.get({ id: runId });
  if (smoke === null || smoke.status !== 'failed' || smoke.refused.length === 0) return null;
  // Missing answers say nothing of the model; expectations that are not met do.
  const { met } = await client.smoke.get({ id: smoke.id });
  if (met !== false) return null;
  const count = smoke.refused.length;
  return new LabError({
    code: 'refused',
    what: `${summary.name} is trained, but was not evaluated: it did not pass the smoke test ${smoke.check ?? smoke.id}.`,
    why: smoke.failure?.why ?? 'An answer is not as the smoke test expects.',
    fix: `Look at its answers; "lab eval ${summary.id} --bench NAME" evaluates it all the same, and "lab queue retry ${smoke.jobId}" asks again and then goes on with ${count === 1 ? 'its evaluation' : `its ${count} evaluations`}.`,
    details: smoke.failure?.details ?? [],
  });
}
