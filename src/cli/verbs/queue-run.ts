/** `lab queue run`: schedules until nothing is left. Also what the shells leave behind. */
import { setTimeout as wait } from 'node:timers/promises';
import { keepAwake } from '@lab/process/keep-awake';
import { hasWorkLeft } from '@lab/shell/hand-over';
import type { QueueSnapshot } from '@shared/job';
import { openLab } from '../open-lab';
import type { Answer, CommonOptions } from '../verb';

const look = 500;
/** The shell that started this process may still be closing and hold the lease. */
const patienceForLease = 20_000;
/** Evaluations are enqueued a moment after a training: an empty look is not yet the end. */
const idleLooks = 4;

export async function runQueue(options: CommonOptions): Promise<Answer> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  const { lab, client } = await openLab(options, true);
  const letSleep = keepAwake('the queue is running');
  try {
    const reason = await scheduleUntilIdle(() => client.queue.snapshot(), ending.signal);
    return { value: { reason }, text: sentences[reason] };
  } finally {
    letSleep();
    await lab.close();
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  }
}

const sentences = {
  idle: 'Nothing is left in the queue.',
  another: 'Another process schedules this lab home.',
  interrupted: 'Ended; what runs goes on, and nothing new starts until somebody schedules again.',
} as const;

async function scheduleUntilIdle(
  snapshot: () => Promise<QueueSnapshot>,
  signal: AbortSignal,
): Promise<keyof typeof sentences> {
  const start = Date.now();
  let idle = 0;
  while (!signal.aborted) {
    const now = await snapshot();
    const another = now.scheduler !== null && !now.scheduler.mine;
    if (another && Date.now() - start > patienceForLease) return 'another';
    idle = hasWorkLeft(now) ? 0 : idle + 1;
    if (idle >= idleLooks) return 'idle';
    await wait(look, undefined, { signal }).catch(() => undefined);
  }
  return 'interrupted';
}
