import { describe, expect, it } from 'vitest';
import { makeCurve, windowOf } from '../../../tests/fixtures/window/curves';
import { fileName, metricsToCsv } from './export';

describe('export', () => {
  it('writes one line a bucket with a value or nothing in every column', () => {
    const curve = makeCurve({
      seed: 1,
      steps: 30,
      epochs: 3,
      start: 0,
      secondsPerStep: 1,
      floor: 0.3,
      memory: 1000,
    });
    const window = windowOf('run', curve, 30, { maxPoints: 100 });
    const broken = structuredClone(window);
    broken.series.loss.mean[2] = null;
    const lines = metricsToCsv(broken).trimEnd().split('\n');
    expect(lines).toHaveLength(31);
    const width = lines[0]?.split(',').length;
    expect(lines.every((line) => line.split(',').length === width)).toBe(true);
    expect(lines[0]?.startsWith('step,epoch,tokens,time,loss,lossLow,lossHigh')).toBe(true);
    expect(lines[3]?.split(',')[4]).toBe('');
    expect(lines[10]?.split(',').at(-1)).not.toBe('');
  });

  it('names files so that every system takes them', () => {
    expect([fileName('3B v7: lr 1e-4/a', 'png'), fileName('???', 'csv')]).toEqual([
      '3b-v7-lr-1e-4-a.png',
      'run.csv',
    ]);
  });
});
