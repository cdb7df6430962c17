import type { TelemetryWindow } from '@shared/telemetry';
import { describe, expect, it } from 'vitest';
import { connectFixture } from '../../../tests/fixtures/window/render';
import { withRestarts } from './markers';
import { MetricBuffer } from './metric-buffer';
import { stepPositions, TelemetryFeed, telemetryData } from './telemetry-feed';
import { telemetryPanes } from './telemetry-panes';

const gib = 1024 ** 3;

const window: TelemetryWindow = {
  runId: 'run',
  device: 'card',
  memoryTotalBytes: 16 * gib,
  time: [1000, 2000, 3000, 4000, 5000, 6000],
  step: [1, 1, 2, 3, 2, 3],
  memoryUsedBytes: [1, 2, 3, 4, 5, 6],
  busyShare: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
  temperatureCelsius: [null, null, null, null, null, null],
  powerWatts: [null, null, null, null, null, null],
};

describe('readings of the device', () => {
  it('spread over a step and leave out steps that were lost with a restart', () => {
    expect([...stepPositions(window.step)]).toEqual([1, 1.5, Number.NaN, Number.NaN, 2, 3]);
  });

  it('keep every reading over time', () => {
    const { x, columns } = telemetryData(window, ['busyShare'], 'time', new MetricBuffer(), 1000);
    expect(x).toEqual([0, 1, 2, 3, 4, 5]);
    expect(columns[0]).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  });

  it('lie where the curves lie, in ascending order', () => {
    const { x, columns } = telemetryData(
      window,
      ['memoryUsedBytes'],
      'step',
      new MetricBuffer(),
      0,
    );
    expect(x).toEqual([1, 1.5, 2, 3]);
    expect(columns[0]).toEqual([1, 2, 5, 6]);
  });

  it('make panes only of what the device says', async () => {
    const feed = new TelemetryFeed(async () => window);
    expect(telemetryPanes(feed)).toEqual([]);
    await feed.refresh();
    expect(telemetryPanes(feed).map(({ id, series }) => [id, series.length])).toEqual([
      ['device-load', 2],
    ]);
    const busyOnly = telemetryPanes({ has: (name) => name === 'busyShare' });
    expect(busyOnly.map(({ title, series }) => [title, series[0]?.side])).toEqual([
      ['Busy', 'left'],
    ]);
  });

  it('come from the lab, and stay when the lab does not answer', async () => {
    const { lab, close } = connectFixture('busy');
    let broken = false;
    const feed = new TelemetryFeed(() =>
      broken
        ? Promise.reject(new Error('closed'))
        : lab.client.runs.telemetry({ id: 'run-3b-v7', maxPoints: 100 }),
    );
    await feed.refresh();
    expect(feed.window?.time.length).toBe(100);
    broken = true;
    await feed.refresh();
    expect(feed.window?.time.length).toBe(100);
    close();
  });
});

describe('restarts', () => {
  const restarts = [{ step: 12, label: 'out of memory: 4 × 4' }];

  it("take the place of the worker's own marker", () => {
    const marker = { kind: 'restart' as const, step: 13, label: 'restarted' };
    expect(withRestarts([marker], restarts)).toEqual([
      { kind: 'restart', step: 13, label: 'out of memory: 4 × 4' },
    ]);
  });

  it('are marked even when the worker said nothing', () => {
    const epoch = { kind: 'epoch' as const, step: 40, label: 'epoch 1' };
    expect(withRestarts([epoch], restarts)).toEqual([
      { kind: 'restart', step: 12, label: 'out of memory: 4 × 4' },
      epoch,
    ]);
  });
});
