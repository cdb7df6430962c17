import { describe, expect, it } from 'vitest';
import {
  bytes,
  bytesOf,
  count,
  duration,
  endsAt,
  integer,
  loss,
  moment,
  parameters,
  percent,
  plain,
  plural,
  probability,
  roughDuration,
  scientific,
  significant,
  storage,
} from './format';

describe('numbers as people read them', () => {
  it('writes bytes in binary units with three significant digits', () => {
    expect(
      [0, 999, 1024, 1536, 10.5 * 1024 ** 2, 16 * 1024 ** 3, 1023 * 1024].map((n) =>
        plain(bytes(n)),
      ),
    ).toEqual([
      '0\u202fB',
      '999\u202fB',
      '1.00\u202fKiB',
      '1.50\u202fKiB',
      '10.5\u202fMiB',
      '16.0\u202fGiB',
      '1.00\u202fMiB',
    ]);
  });

  it('shows a dash for what is not known', () => {
    const unknown = [
      plain(bytes(null)),
      integer(null),
      loss(null),
      plain(percent(null)),
      duration(null),
    ];
    expect(new Set(unknown)).toEqual(new Set(['–']));
    expect(duration(Number.NaN)).toBe('–');
  });

  it('writes lengths of time so that two of the same size line up', () => {
    expect([0, 0.34, 4.21, 42.4, 185, 3599.6, 3840, 90_000].map(duration)).toEqual([
      '0 s',
      '340 ms',
      '4.2 s',
      '42 s',
      '3 min 05 s',
      '1 h 00 min',
      '1 h 04 min',
      '1 d 1 h',
    ]);
  });

  it('rounds what is only expected', () => {
    expect([0.2, 40, 92, 34 * 60 + 18, 3900].map(roughDuration)).toEqual([
      '1 s',
      '40 s',
      '1.5 min',
      '34 min',
      '1 h 05 min',
    ]);
  });

  it('writes rates, losses and learning rates in their own ways', () => {
    expect([plain(percent(0.888)), plain(percent(0)), plain(percent(1))]).toEqual([
      '88.8\u202f%',
      '0\u202f%',
      '100\u202f%',
    ]);
    expect([loss(0.41234), loss(12.345)]).toEqual(['0.412', '12.35']);
    expect([scientific(2e-4), scientific(0), significant(0.012345), significant(-3.2468)]).toEqual([
      '2.0e−4',
      '0',
      '0.0123',
      '−3.25',
    ]);
  });

  it('shortens large counts only when they are large', () => {
    expect([1234, 12_345, 999_600, 4_560_000].map((n) => plain(count(n)))).toEqual([
      '1,234',
      '12.3\u202fk',
      '1.00\u202fM',
      '4.56\u202fM',
    ]);
  });

  it('names a day only when it is another one', () => {
    const now = new Date(2026, 10, 21, 15, 0);
    const at = (...parts: [number, number, number, number, number]) =>
      new Date(...parts).toISOString();
    expect([
      moment(at(2026, 10, 21, 9, 5), now),
      moment(at(2026, 10, 20, 23, 59), now),
      moment(at(2026, 2, 3, 8, 0), now),
      moment(at(2024, 2, 3, 8, 0), now),
      moment('nonsense', now),
    ]).toEqual(['09:05', 'yesterday 23:59', '3 Mar 08:00', '3 Mar 2024', '–']);
  });

  it('never says that a probability is zero', () => {
    expect([probability(0), probability(0.0421)]).toEqual(['< 0.001', '= 0.042']);
    expect([plural(1, 'task'), plural(1200, 'task')]).toEqual(['1 task', '1,200 tasks']);
  });
});

describe('sizes of several kinds', () => {
  it('writes a part in the unit of its whole', () => {
    const gib = 1024 ** 3;
    expect([
      bytesOf(0.7 * gib, 16 * gib),
      bytesOf(9.76 * gib, 16 * gib),
      bytesOf(null, gib),
    ]).toEqual(['0.70', '9.76', '–']);
  });

  it('writes downloads in decimal units, as they are sold', () => {
    expect(
      [storage(6_171_930_888), storage(420e6), storage(243), storage(null)].map(plain),
    ).toEqual(['6.2\u202fGB', '420\u202fMB', '243\u202fB', '–']);
  });

  it('writes parameters as models are named', () => {
    expect([parameters(3_085_938_688), parameters(494e6)].map(plain)).toEqual([
      '3.09\u202fB',
      '494\u202fM',
    ]);
  });

  it('tells the clock at which something ends', () => {
    expect(endsAt(120, new Date(2026, 10, 21, 16, 3))).toBe('16:05');
    expect(endsAt(null)).toBe('–');
  });
});
