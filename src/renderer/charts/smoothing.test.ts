import { describe, expect, it } from 'vitest';
import { smooth } from './smoothing';

describe('smoothing', () => {
  it('starts at the first value instead of being drawn towards zero', () => {
    expect([...smooth(Float64Array.of(3, 3, 3), 0.9)].map((value) => value.toFixed(6))).toEqual([
      '3.000000',
      '3.000000',
      '3.000000',
    ]);
  });

  it('is the weighted mean of all earlier values', () => {
    const [, second] = smooth(Float64Array.of(1, 2), 0.5);
    expect(second).toBeCloseTo((0.25 * 1 + 0.5 * 2) / 0.75, 12);
  });

  it('leaves a gap where a value is missing and goes on after it', () => {
    const [first, gap, third] = smooth(Float64Array.of(2, Number.NaN, 2), 0.8);
    expect([first, third]).toEqual([expect.closeTo(2), expect.closeTo(2)]);
    expect(gap).toBeNaN();
  });

  it('smooths buckets as much as the steps in them', () => {
    const values = Float64Array.from({ length: 40 }, (_, index) => (index < 20 ? 1 : 3));
    const single = smooth(values, 0.9);
    const buckets = smooth(Float64Array.of(1, 1, 3, 3), 0.9, Float64Array.of(10, 20, 30, 40));
    expect(buckets[3]).toBeCloseTo(single[39] ?? 0, 10);
  });
});
