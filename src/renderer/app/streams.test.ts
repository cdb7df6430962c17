import { describe, expect, it } from 'vitest';
import { connectFixture } from '../../../tests/fixtures/window/render';
import { keepStreaming } from './streams';

describe('streams', () => {
  it('open again after they broke', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    let openings = 0;
    await keepStreaming(
      async () => {
        openings += 1;
        const first = openings === 1;
        return (async function* () {
          yield openings;
          if (first) throw new Error('the connection broke');
          controller.abort();
        })();
      },
      (value) => seen.push(value),
      controller.signal,
    );
    expect(seen).toEqual([1, 2]);
  });

  it('carry the steps of a run through the real client', async () => {
    const { fixture, lab, close } = connectFixture('busy');
    const controller = new AbortController();
    const steps: number[] = [];
    const streaming = keepStreaming(
      (signal) => lab.client.runs.follow({ id: 'run-3b-v7' }, { signal }),
      ({ lastStep }) => {
        steps.push(lastStep);
        if (steps.length === 2) controller.abort();
        else fixture.tick(3);
      },
      controller.signal,
    );
    await streaming;
    expect((steps[1] ?? 0) - (steps[0] ?? 0)).toBe(3);
    close();
  });

  it('end when there is no such thing', async () => {
    const { lab, close } = connectFixture('empty');
    await keepStreaming(
      (signal) => lab.client.runs.follow({ id: 'nope' }, { signal }),
      () => {},
      new AbortController().signal,
    );
    close();
  });
});
