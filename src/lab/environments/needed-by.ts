/** Which devices found here need which environment, and which one a job is in. */
import type { EnvironmentName } from '@shared/environment-name';
import { LabError } from '@shared/errors';
import type { EvaluationSpec } from '@shared/evaluation';
import type { Device } from '@shared/machine';
import type { LabContext } from '../context';
import { devices } from '../devices/devices';
import { evaluationSpecOf } from '../evaluations/evaluation-rows';
import type { JobRow } from '../queue/job-rows';
import { readSmoke } from '../smoke/smoke-files';
import { environmentFor } from './python';

/** Usable devices that compute in the environment; an integrated one that is not chosen never does. */
export async function devicesOf(name: EnvironmentName): Promise<readonly Device[]> {
  return (await devices()).filter(
    (device) =>
      device.usable && environmentFor(device) === name && (device.chosen || !device.integrated),
  );
}

/** The environment that the worker of a job runs in; null for an unknown device or none. */
export async function environmentOfJob(
  context: LabContext,
  job: Pick<JobRow, 'kind' | 'targetId' | 'device'>,
): Promise<EnvironmentName | null> {
  if ((await backendOfJob(context, job)) === 'llama-cpp') return 'llama-cpp';
  const device = (await devices()).find((one) => one.id === job.device);
  return device === undefined ? null : environmentFor(device);
}

/** Of the jobs that ask models; null for the others, and where it cannot be told any more. */
async function backendOfJob(
  context: LabContext,
  { kind, targetId }: Pick<JobRow, 'kind' | 'targetId'>,
): Promise<EvaluationSpec['backend'] | null> {
  try {
    if (kind === 'evaluate') return evaluationSpecOf(context.store, targetId).backend;
    return kind === 'smoke' ? (await readSmoke(context, targetId)).backend : null;
  } catch (error) {
    if (error instanceof LabError) return null;
    throw error;
  }
}
