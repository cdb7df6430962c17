import { expect, test } from 'vitest';
import { readJunit, readPlaywright, readVitest, stageCounts } from './reports.mjs';

const vitestReport = (files) =>
  JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: files,
  });

test('a test file that cannot be loaded counts as a failure', () => {
  const loaded = { status: 'failed', assertionResults: [{ status: 'failed' }] };
  const broken = { status: 'failed', assertionResults: [] };
  expect(readVitest(vitestReport([loaded]))).toEqual({ passed: 3, failed: 1, skipped: 1 });
  expect(readVitest(vitestReport([loaded, broken])).failed).toBe(2);
});

test('errors outside of tests are failures for Playwright', () => {
  const text = JSON.stringify({
    stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 },
    errors: [{ message: 'the web server did not start' }],
  });
  expect(readPlaywright(text)).toEqual({ passed: 5, failed: 2, skipped: 2 });
});

test('the counts of a JUnit report are told apart', () => {
  const text =
    '<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1.5">';
  expect(readJunit(text)).toEqual({ passed: 4, failed: 3, skipped: 3 });
});

test('a runner that crashes without a failed test counts as one failure', () => {
  const read = () => ({ passed: 5, failed: 0, skipped: 0 });
  expect(stageCounts(read, '{}', 0)).toEqual({ passed: 5, failed: 0, skipped: 0 });
  expect(stageCounts(read, '{}', 1).failed).toBe(1);
  expect(stageCounts(read, null, 0).failed).toBe(1);
  expect(stageCounts(readVitest, 'half a', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
