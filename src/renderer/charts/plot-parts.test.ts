import { describe, expect, it } from 'vitest';
import { clock } from './plot-parts';

describe('ticks of time', () => {
  it('read as seconds, minutes or hours', () => {
    expect([0, 30, 60, 90, 900, 3600, 5400, 90_000].map(clock)).toEqual([
      '0 s',
      '30 s',
      '1 min',
      '1:30 min',
      '15 min',
      '1:00 h',
      '1:30 h',
      '25:00 h',
    ]);
  });
});
