/** `lab queue run`: schedules until nothing is left. Also what the shells leave behind. */
import { setTimeout as wait } from 'node:timers/promises';
import { keepAwake } from '@lab/process/keep-awake';
import { hasWorkLeft } from '@lab/shell/hand-over';
import type { QueueSnapshot } from '@shared/job';
import { openLab, withLab } from '../open-lab';
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
  const letSleep = keepAwake('the queue is running');
  try {
    let reason: Reason;
    do {
      reason = await holdQueue(options, ending.signal);
      // Whoever enqueued while this process still held the lease relies on it.
    } while (reason === 'idle' && (await isForgotten(options)));
    return { value: { reason }, text: sentences[reason] };
  } finally {
    letSleep();
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  }
}

async function holdQueue(options: CommonOptions, signal: AbortSignal): Promise<Reason> {
  const { lab, client } = await openLab(options, true);
  try {
    return await scheduleUntilIdle(() => client.queue.snapshot(), signal);
  } finally {
    await lab.close();
  }
}

function isForgotten(options: CommonOptions): Promise<boolean> {
  return withLab(options, async ({ client }) => {
    const snapshot = await client.queue.snapshot();
    return snapshot.scheduler === null && hasWorkLeft(snapshot);
  });
}

type Reason = keyof typeof sentences;

const sentences = {
  idle: 'Nothing is left in the queue.',
  another: 'Another process schedules this lab home.',
  interrupted: 'Ended; what runs goes on, and nothing new starts until somebody schedules again.',
} as const;

async function scheduleUntilIdle(
  snapshot: () => Promise<QueueSnapshot>,
  signal: AbortSignal,
): Promise<Reason> {
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
