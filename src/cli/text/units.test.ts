import { describe, expect, it } from 'vitest';
import { bytes, decimal, duration, percent } from './units';

describe('numbers in the terminal', () => {
  it('show bytes in binary units', () => {
    expect([0, 1023, 1024, 7.1 * 1024 ** 2, 300 * 1024 ** 2, 3 * 1024 ** 4].map(bytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '7.1 MiB',
      '300 MiB',
      '3.0 TiB',
    ]);
  });

  it('show durations in the two largest units', () => {
    expect([0, 59.4, 59.6, 185, 3599.7, 7620].map(duration)).toEqual([
      '0 s',
      '59 s',
      '1 min 00 s',
      '3 min 05 s',
      '1 h 00 min',
      '2 h 07 min',
    ]);
  });

  it('show a dash for what is not known', () => {
    expect([percent(null), decimal(null), bytes(null), duration(null)]).toEqual([
      '–',
      '–',
      '–',
      '–',
    ]);
    expect(percent(0.825)).toBe('82.5 %');
  });
});
