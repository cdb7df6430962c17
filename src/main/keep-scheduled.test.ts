import type { LabClient } from '@lab/rpc/router';
import type { QueueSnapshot } from '@shared/job';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepScheduled } from './keep-scheduled';

const scheduler = { pid: 7, mine: false, host: 'here' };
function queue(state: 'queued' | 'running' | 'done', held: boolean, paused = false): QueueSnapshot {
  return {
    paused,
    scheduler: held ? scheduler : null,
    jobs: [{ state }] as unknown as QueueSnapshot['jobs'],
  };
}

const silent = {
  queue: { snapshot: () => new Promise(() => undefined) },
} as unknown as LabClient;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('starts one scheduler when there is work and nobody schedules', () => {
  const start = vi.fn();
  const keeping = keepScheduled(silent, start);
  keeping.look(queue('done', false));
  keeping.look(queue('queued', false, true));
  keeping.look(queue('queued', true));
  expect(start).not.toHaveBeenCalled();
  keeping.look(queue('queued', false));
  keeping.look(queue('running', false));
  expect(start).toHaveBeenCalledTimes(1);
  keeping.stop();
});

it('starts another when the first is gone, or never came', () => {
  const start = vi.fn();
  const keeping = keepScheduled(silent, start);
  keeping.look(queue('queued', false));
  keeping.look(queue('running', true));
  keeping.look(queue('running', false));
  expect(start).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(9_000);
  keeping.look(queue('running', false));
  expect(start).toHaveBeenCalledTimes(3);
  keeping.stop();
});

it('looks by itself, since a scheduler that ends tells nobody', async () => {
  const start = vi.fn();
  const client = { queue: { snapshot: async () => queue('queued', false) } };
  const keeping = keepScheduled(client as unknown as LabClient, start);
  await vi.advanceTimersByTimeAsync(2_100);
  expect(start).toHaveBeenCalledTimes(1);
  keeping.stop();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(start).toHaveBeenCalledTimes(1);
});
