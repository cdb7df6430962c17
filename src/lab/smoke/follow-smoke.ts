/** Follows a smoke test's answers as they come, in any process that shares the home. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SmokeLine, SmokeSpec } from '@shared/smoke';
import type { LabContext } from '../context';
import { jobOfTarget } from '../queue/job-rows';
import { isOver } from '../queue/job-state';
import { StreamReader } from './smoke-files';

const lookMilliseconds = 60;

/** Every line from the beginning, then those that come, until the job is over. */
export async function* followSmoke(
  context: LabContext,
  spec: SmokeSpec,
  signal: AbortSignal,
): AsyncGenerator<SmokeLine, void, void> {
  const reader = new StreamReader(context.home.jobFolder(spec.id));
  while (!signal.aborted) {
    const job = jobOfTarget(context.store, spec.id);
    const over = job === null || isOver(job);
    // Read after the look at the job: what it wrote last is then among the lines.
    const lines = await reader.readOn();
    yield* lines;
    if (over) return;
    await sleep(lookMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}
