import type { LabClient } from '@lab/rpc/router';
import type { Job } from '@shared/job';
import { describe, expect, it } from 'vitest';
import { noticeOf } from './notice';

const summary = { name: 'starter 1', steps: 228, loss: 0.0471, tokenAccuracy: 0.9889 };
const sentence = 'starter 1 passes 99 of 120, base starter 0 of 120: better, p < 0.001.';

function evaluation(id: string, subject: string, rivalId: string | null, value = 0.5): object {
  return {
    rivalId,
    item: { id, subject, benchmark: 'starter', summary: { passAt1: { value } } },
  };
}

const client = {
  runs: { get: async () => ({ summary }) },
  evaluations: {
    get: async ({ id }: { readonly id: string }) =>
      id === 'tuned'
        ? evaluation('tuned', 'starter 1', 'base')
        : evaluation('base', 'base starter', null, 0),
    compare: async (input: object) => {
      expect(input).toEqual({ a: 'base', b: 'tuned' });
      return { sentence };
    },
  },
} as unknown as LabClient;

function job(kind: Job['kind'], targetId: string, state: Job['state']): Job {
  const failure = { title: 'Out of memory.', why: 'The device was full at step 7.' };
  return { kind, targetId, state, title: 'Train starter 1', failure } as unknown as Job;
}

describe('a desktop notification', () => {
  it('of a training has its result and opens its page', async () => {
    expect(await noticeOf(client, job('train', 'run', 'done'))).toEqual({
      title: 'Trained: starter 1',
      body: '228 steps · loss 0.047 · token accuracy 98.9 %',
      route: '/runs/run',
    });
  });

  it('of a tuned model’s evaluation is the verdict, of its base the plain rate', async () => {
    expect((await noticeOf(client, job('evaluate', 'tuned', 'done')))?.body).toBe(sentence);
    expect((await noticeOf(client, job('evaluate', 'base', 'done')))?.body).toBe('pass@1 0.0 %');
  });

  it('of a failure says what failed and why', async () => {
    expect(await noticeOf(client, job('train', 'run', 'failed'))).toEqual({
      title: 'Failed: Train starter 1',
      body: 'Out of memory. The device was full at step 7.',
      route: '/runs/run',
    });
  });

  it('is not made of what the user stopped or cancelled', async () => {
    expect(await noticeOf(client, job('train', 'run', 'stopped'))).toBeNull();
    expect(await noticeOf(client, job('evaluate', 'base', 'cancelled'))).toBeNull();
  });
});
