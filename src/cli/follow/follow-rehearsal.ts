/** Waits for a rehearsal to end and draws how far it is. */
import { setTimeout as wait } from 'node:timers/promises';
import type { LabClient } from '@lab/rpc/router';
import type { Rehearsal } from '@shared/rehearsal';
import type { Progress } from '../text/progress';
import { duration } from '../text/units';
import { isOver } from './states';

const pause = 300;

/** Resolves with the rehearsal however it ended. */
export async function followRehearsal(
  client: LabClient,
  id: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Rehearsal> {
  for (;;) {
    const rehearsal = await client.rehearsals.get({ id });
    const title = `Rehearsing ${rehearsal.preset} on ${rehearsal.device.name}`;
    if (isOver(rehearsal.status)) {
      progress.end(`${title}: ${rehearsal.status}`);
      return rehearsal;
    }
    const { jobs } = await client.queue.snapshot();
    const job = jobs.find((one) => one.id === rehearsal.jobId);
    const left = job?.secondsLeft == null ? null : `${duration(job.secondsLeft)} left`;
    const doing =
      rehearsal.status === 'queued'
        ? `queued${job?.waitingFor ? `, waiting for ${job.waitingFor}` : ''}`
        : (rehearsal.message ?? rehearsal.status);
    progress.update(
      job?.progress ?? null,
      [`${title}: ${doing}`, left].filter((part) => part !== null).join('  '),
    );
    await wait(pause, undefined, { signal });
  }
}
