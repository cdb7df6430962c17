import { expect, test } from 'vitest';
import { summaryLines } from './summary.mjs';

const tests = (passed, failed, skipped) => [
  ...Array.from({ length: passed }, (_, index) => ({ name: `p${index}`, outcome: 'passed' })),
  ...Array.from({ length: failed }, (_, index) => ({ name: `f${index}`, outcome: 'failed' })),
  ...Array.from({ length: skipped }, (_, index) => ({ name: `s${index}`, outcome: 'skipped' })),
];

test('the last line sums the tests of all stages', () => {
  const lines = summaryLines([
    { name: 'unit', tests: tests(10, 0, 2), unsteady: [], seconds: 1.25 },
    { name: 'python', tests: tests(5, 0, 0), unsteady: [], seconds: 61 },
  ]);
  expect(lines).toEqual([
    'stage            passed   failed  skipped  seconds',
    'unit                 10        0        2      1.3',
    'python                5        0        0     61.0',
    '',
    '15 passed, 0 failed',
  ]);
});

test('what failed and what needed a second try is named', () => {
  const lines = summaryLines([
    { name: 'unit', tests: tests(1, 1, 0), unsteady: [], seconds: 1 },
    { name: 'chromium', tests: tests(2, 0, 0), unsteady: ['p1'], seconds: 1 },
  ]);
  expect(lines.slice(3)).toEqual([
    '',
    'Failed:',
    '  unit: f0',
    '',
    '1 passed on the second try only; each is a test to make steady:',
    '  chromium: p1',
    '',
    '3 passed, 1 failed',
  ]);
});
