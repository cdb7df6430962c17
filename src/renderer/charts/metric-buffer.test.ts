import { describe, expect, it } from 'vitest';
import { makeCurve, windowOf } from '../../../tests/fixtures/window/curves';
import { metricColumns, nearest, validationColumn, withGaps, xColumn } from './columns';
import { MetricBuffer } from './metric-buffer';

const curve = makeCurve({
  seed: 7,
  steps: 20_000,
  epochs: 4,
  start: 1_700_000_000_000,
  secondsPerStep: 0.5,
  floor: 0.3,
  memory: 1e9,
  spikeAt: 12_345,
});

function window(done: number, range: { fromStep?: number; toStep?: number; maxPoints: number }) {
  return windowOf('run', curve, done, range);
}

describe('a buffer of metrics', () => {
  it('keeps a spike of one step visible when thousands of steps share a bucket', () => {
    const buffer = new MetricBuffer();
    buffer.replace(window(20_000, { maxPoints: 500 }));
    expect(buffer.stepsPerBucket).toBe(40);
    const { high, mean, smoothed } = metricColumns(buffer, 'loss', { smoothing: 0.9, log: false });
    const peak = curve.columns.loss[12_344] ?? 0;
    const bucket = buffer.indexOfStep(12_345);
    expect(high[bucket]).toBe(peak);
    expect(mean[bucket]).toBeLessThan(peak / 2);
    expect(smoothed).toHaveLength(high.length);
  });

  it('grows by windows that overlap, without doubling a step', () => {
    const buffer = new MetricBuffer();
    buffer.replace(window(300, { maxPoints: 1500 }));
    buffer.merge(window(420, { fromStep: 300, maxPoints: 1500 }));
    expect(buffer.count).toBe(420);
    expect([...xColumn(buffer, 'step', 0)]).toEqual(Array.from({ length: 420 }, (_, i) => i + 1));
    expect(buffer.value('loss', 'mean', 419)).toBe(curve.columns.loss[419]);
    expect(buffer.lastStep).toBe(420);
  });

  it('keeps coarse buckets whole and puts single steps after them', () => {
    const buffer = new MetricBuffer();
    buffer.replace(window(10_000, { maxPoints: 100 }));
    buffer.merge(window(10_004, { fromStep: 10_000, maxPoints: 100 }));
    expect([...buffer.step.subarray(98, buffer.count)]).toEqual([
      9900, 10_000, 10_001, 10_002, 10_003, 10_004,
    ]);
    buffer.merge(window(10_006, { fromStep: 10_004, maxPoints: 100 }));
    expect([buffer.count, buffer.stepsPerBucket]).toEqual([106, 100]);
    expect(buffer.value('loss', 'mean', 105)).toBe(curve.columns.loss[10_005]);
  });

  it('takes back what a restart from a checkpoint did again', () => {
    const buffer = new MetricBuffer();
    buffer.replace(window(300, { maxPoints: 1500 }));
    buffer.merge(window(220, { fromStep: 200, maxPoints: 1500 }));
    expect([buffer.count, buffer.step[buffer.count - 1]]).toEqual([220, 220]);
  });

  it('finds the bucket of a step', () => {
    const buffer = new MetricBuffer();
    buffer.replace(window(20_000, { maxPoints: 500 }));
    expect([1, 40, 41, 20_000].map((step) => buffer.indexOfStep(step))).toEqual([0, 0, 1, 499]);
    expect(new MetricBuffer().indexOfStep(5)).toBe(-1);
  });

  it('puts validations where their steps are and nothing elsewhere', () => {
    const buffer = new MetricBuffer();
    buffer.replace(window(20_000, { maxPoints: 500 }));
    const column = validationColumn(buffer, 'loss');
    const present = column.filter((value) => value !== undefined);
    const buckets = new Set(curve.validation.map((entry) => buffer.indexOfStep(entry.step)));
    expect(present).toHaveLength(buckets.size);
  });

  it('crops to a zoomed range at once', () => {
    const buffer = new MetricBuffer();
    buffer.replace(window(1000, { maxPoints: 1500 }));
    buffer.crop(100, 200);
    expect([buffer.count, buffer.step[0], buffer.step[100]]).toEqual([101, 100, 200]);
    expect(buffer.value('loss', 'mean', 0)).toBe(curve.columns.loss[99]);
  });
});

describe('columns for drawing', () => {
  it('are not copied when nothing is missing', () => {
    const values = Float64Array.of(1, 2, 3);
    expect(withGaps(values)).toBe(values);
    expect(withGaps(Float64Array.of(1, Number.NaN, 3))).toEqual([1, null, 3]);
    expect(withGaps(Float64Array.of(1, 0, -3), true)).toEqual([1, null, null]);
  });

  it('know the nearest position on both sides', () => {
    const x = Float64Array.of(10, 20, 30);
    expect([0, 14, 16, 29, 99].map((wanted) => nearest(x, wanted))).toEqual([0, 0, 1, 2, 2]);
  });
});
