import { describe, expect, it } from 'vitest';
import { lineOf, lineOfPath } from './yaml-view';

const yaml = ['name: mine', 'adapter:', '  rank: 0', 'batch:', '  micro: 1', '  rank: no'].join(
  '\n',
);

describe('the line of a problem', () => {
  it('is the one that the message names', () => {
    expect(lineOf({ path: '', message: 'line 12: a quote is missing' })).toBe(12);
    expect(lineOf({ path: 'adapter.rank', message: 'too small' })).toBeNull();
  });

  it('is that of the last key of its path', () => {
    expect([
      lineOfPath(yaml, 'adapter.rank'),
      lineOfPath(yaml, 'batch.micro'),
      lineOfPath(yaml, 'schedule.epochs'),
      lineOfPath(yaml, ''),
    ]).toEqual([3, 5, null, null]);
  });
});
