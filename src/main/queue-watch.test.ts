import type { LabClient } from '@lab/rpc/router';
import type { Job, JobState, QueueSnapshot } from '@shared/job';
import type { Change } from '@shared/rpc/machine';
import { describe, expect, it } from 'vitest';
import { endedSince, watchQueue } from './queue-watch';

function job(id: string, state: JobState): Job {
  return {
    id,
    kind: 'train',
    state,
    title: `Train ${id}`,
    targetId: `run-${id}`,
    device: 'cpu',
    after: [],
    waitingFor: null,
    progress: null,
    secondsLeft: null,
    createdAt: '2026-01-01T00:00:00Z',
    startedAt: null,
    finishedAt: null,
    attempt: 1,
    message: null,
    failure: null,
  };
}

function snapshot(...jobs: readonly Job[]): QueueSnapshot {
  return { paused: false, jobs: [...jobs], scheduler: null };
}

describe('what ended since the last look', () => {
  it('is each job that was open then and is over now', () => {
    const before = snapshot(job('a', 'running'), job('b', 'queued'), job('c', 'judging'));
    const now = snapshot(job('c', 'failed'), job('b', 'cancelled'), job('a', 'running'));
    expect(endedSince(before, now).map(({ id }) => id)).toEqual(['c', 'b']);
  });

  it('is not history, nor a job that was never seen open', () => {
    const before = snapshot(job('old', 'done'));
    expect(endedSince(before, snapshot(job('old', 'done'), job('unseen', 'failed')))).toEqual([]);
  });
});

describe('watching the queue', () => {
  it('looks at once, then after every change that matters, and tells each end once', async () => {
    const looks = [
      snapshot(job('old', 'done'), job('a', 'running')),
      snapshot(job('old', 'done'), job('a', 'running')),
      snapshot(job('old', 'done'), job('a', 'done')),
      snapshot(job('old', 'done'), job('a', 'done')),
    ];
    let look = 0;
    const topics: readonly Change['topic'][] = ['runs', 'presets', 'queue', 'evaluations'];
    const client = {
      machine: {
        async changes() {
          return (async function* () {
            for (const topic of topics) yield [{ topic, id: null }];
          })();
        },
      },
      queue: {
        async snapshot() {
          const shown = looks[look];
          look += 1;
          return shown;
        },
      },
    } as unknown as LabClient;
    const told: string[] = [];
    await watchQueue(client, new AbortController().signal, {
      changed: ({ jobs }) => told.push(`changed to ${jobs[1]?.state}`),
      ended: ({ id }) => told.push(`${id} ended`),
    });
    expect(told).toEqual([
      'changed to running',
      'changed to running',
      'changed to done',
      'a ended',
      'changed to done',
    ]);
  });
});
