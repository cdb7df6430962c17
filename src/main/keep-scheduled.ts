/**
 * The desktop app never schedules: whenever there is work and nobody does, it starts the background
 * scheduler, a plain process that outlives the window and has none of Chromium's files open.
 */
import type { LabClient } from '@lab/rpc/router';
import { hasWorkLeft } from '@lab/shell/hand-over';
import type { QueueSnapshot } from '@shared/job';

/** A scheduler that ends in the very moment in which a job comes tells nobody. */
const lookMilliseconds = 2_000;
/** What was started needs a moment until it holds the lease. */
const patienceMilliseconds = 8_000;

export interface Keeping {
  /** Looks at a queue that somebody read anyway. */
  look(snapshot: QueueSnapshot): void;
  stop(): void;
}

export function keepScheduled(
  client: LabClient,
  start: () => void,
  now: () => number = Date.now,
): Keeping {
  let started = Number.NEGATIVE_INFINITY;
  const look = (snapshot: QueueSnapshot): void => {
    if (snapshot.scheduler !== null) started = Number.NEGATIVE_INFINITY;
    else if (hasWorkLeft(snapshot) && now() - started > patienceMilliseconds) {
      started = now();
      start();
    }
  };
  const timer = setInterval(() => {
    client.queue.snapshot().then(look, () => undefined);
  }, lookMilliseconds);
  return { look, stop: () => clearInterval(timer) };
}
