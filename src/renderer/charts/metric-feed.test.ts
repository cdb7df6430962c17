import { describe, expect, it, vi } from 'vitest';
import { makeCurve, windowOf } from '../../../tests/fixtures/window/curves';
import { type FetchWindow, MetricFeed } from './metric-feed';

const curve = makeCurve({
  seed: 3,
  steps: 5000,
  epochs: 2,
  start: 1_700_000_000_000,
  secondsPerStep: 0.1,
  floor: 0.3,
  memory: 1e9,
});

function feedOf(done: () => number, maxPoints: number) {
  const asked: { fromStep?: number; toStep?: number }[] = [];
  const fetchWindow: FetchWindow = async (range) => {
    asked.push(range);
    return windowOf('run', curve, done(), range);
  };
  return { feed: new MetricFeed(fetchWindow, maxPoints), asked };
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 20_000 });
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

describe('a feed of metrics', () => {
  it('asks only for what is new while the run grows', async () => {
    let done = 100;
    const { feed, asked } = feedOf(() => done, 1000);
    feed.refresh();
    await soon(() => expect(feed.buffer.count).toBe(100));
    done = 130;
    feed.notice(130);
    await soon(() => expect(feed.buffer.count).toBe(130));
    expect(asked.map(({ fromStep }) => fromStep)).toEqual([undefined, 100]);
  });

  it('reads everything again when the run went back to a checkpoint', async () => {
    let done = 100;
    const { feed, asked } = feedOf(() => done, 1000);
    feed.refresh();
    await soon(() => expect(feed.buffer.count).toBe(100));
    done = 60;
    feed.notice(60);
    await soon(() => expect(feed.buffer.count).toBe(60));
    expect(asked.at(-1)?.fromStep).toBeUndefined();
  });

  it('goes to coarser buckets when the run outgrows its points', async () => {
    let done = 150;
    const { feed } = feedOf(() => done, 100);
    feed.refresh();
    await soon(() => expect(feed.buffer.stepsPerBucket).toBe(2));
    done = 1000;
    feed.notice(1000);
    await soon(() => expect(feed.buffer.lastStep).toBe(1000));
    expect(feed.buffer.stepsPerBucket).toBe(10);
    expect(feed.buffer.count).toBe(100);
  });

  it('reads only the new steps of a long run, however coarse its past is', async () => {
    let done = 4000;
    const { feed, asked } = feedOf(() => done, 100);
    feed.refresh();
    await soon(() => expect(feed.buffer.stepsPerBucket).toBe(40));
    done = 4010;
    feed.notice(4010);
    await soon(() => expect(feed.buffer.lastStep).toBe(4010));
    expect(asked.at(-1)?.fromStep).toBe(4000);
    expect(feed.buffer.count).toBe(110);
  });

  it('gets finer buckets for a zoomed range and keeps it while the run goes on', async () => {
    let done = 5000;
    const { feed } = feedOf(() => done, 500);
    feed.refresh();
    await soon(() => expect(feed.buffer.stepsPerBucket).toBe(10));
    feed.setZoom({ from: 1000, to: 1200 });
    await soon(() => expect(feed.buffer.stepsPerBucket).toBe(1));
    expect([feed.buffer.step[0], feed.buffer.step[feed.buffer.count - 1]]).toEqual([1000, 1200]);
    done = 5001;
    feed.notice(5001);
    await nextFrame();
    expect(feed.buffer.step[0]).toBe(1000);
  });

  it('tells its listeners once a frame, however much arrived', async () => {
    const { feed } = feedOf(() => 100, 1000);
    const listener = vi.fn();
    feed.onFrame(listener);
    feed.refresh();
    feed.setZoom({ from: 10, to: 50 });
    await soon(() => expect(listener).toHaveBeenCalled());
    feed.setZoom({ from: 11, to: 40 });
    feed.setZoom({ from: 12, to: 30 });
    listener.mockClear();
    await nextFrame();
    expect(listener.mock.calls.length).toBeLessThanOrEqual(1);
  });

  it('keeps what it has when the lab does not answer, and says why', async () => {
    const feed = new MetricFeed(async () => {
      throw new Error('gone');
    });
    feed.refresh();
    await soon(() => expect(feed.loaded).toBe(true));
    expect(String(feed.error)).toContain('gone');
    expect(feed.buffer.count).toBe(0);
  });
});
