import { expect, test } from 'vitest';
import { summaryLines } from './summary.mjs';

test('the last line sums the tests of all stages', () => {
  const lines = summaryLines([
    { name: 'unit', passed: 10, failed: 1, skipped: 2, seconds: 1.25 },
    { name: 'python', passed: 5, failed: 0, skipped: 0, seconds: 61 },
  ]);
  expect(lines).toEqual([
    'stage            passed   failed  skipped  seconds',
    'unit                 10        1        2      1.3',
    'python                5        0        0     61.0',
    '',
    '15 passed, 1 failed',
  ]);
});
