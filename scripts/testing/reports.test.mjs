import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../set-up/paths.mjs';
import { countTests, readJunit, readPlaywright, readVitest, stageTests } from './reports.mjs';

const vitestReport = (...files) => JSON.stringify({ testResults: files });
const file = (name, status, ...statuses) => ({
  name: join(repository, 'src', name),
  status,
  assertionResults: statuses.map((one, index) => ({ fullName: `test ${index}`, status: one })),
});

test('tests of vitest are named with the file that runs them again', () => {
  const tests = readVitest(
    vitestReport(
      file('a.test.ts', 'passed', 'passed', 'pending', 'todo'),
      file('b.test.ts', 'failed', 'failed'),
    ),
  );
  expect(countTests(tests)).toEqual({ passed: 1, failed: 1, skipped: 2 });
  expect(tests.at(-1)).toEqual({
    name: 'src/b.test.ts > test 0',
    place: 'src/b.test.ts',
    outcome: 'failed',
  });
});

test('a test file that cannot be loaded counts as a failure', () => {
  const broken = readVitest(vitestReport(file('a.test.ts', 'failed')));
  expect(broken).toEqual([{ name: 'src/a.test.ts', place: 'src/a.test.ts', outcome: 'failed' }]);
  expect(readVitest(vitestReport(file('a.test.ts', 'failed', 'failed')))).toHaveLength(1);
});

test('tests of Playwright are named by their path, and errors outside of tests are failures', () => {
  const spec = (title, line, status) => ({ title, file: 'a.spec.ts', line, tests: [{ status }] });
  const text = JSON.stringify({
    suites: [
      {
        title: 'a.spec.ts',
        specs: [spec('opens', 3, 'expected'), spec('closes', 9, 'unexpected')],
        suites: [{ title: 'dark', specs: [spec('shows', 20, 'skipped')] }],
      },
    ],
    errors: [{ message: 'the web server did not start\nat once' }],
  });
  const tests = readPlaywright(text);
  expect(tests.map(({ name, place, outcome }) => `${name} | ${place} | ${outcome}`)).toEqual([
    'a.spec.ts > opens | a.spec.ts:3 | passed',
    'a.spec.ts > closes | a.spec.ts:9 | failed',
    'a.spec.ts > dark > shows | a.spec.ts:20 | skipped',
    'the web server did not start | null | failed',
  ]);
});

test('the cases of a JUnit report are told apart', () => {
  const text = `<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="1" tests="5">
    <testcase classname="tests.test_a" name="test_one[&lt;&#10;&quot;a&quot;]" time="0.1" />
    <testcase classname="tests.test_a" name="test_two" time="0.1"><failure message="x">no
    </failure></testcase><testcase classname="tests.test_a" name="test_three"><skipped/></testcase>
    <testcase classname="tests.test_a" name="test_four"><system-out>fine</system-out></testcase>
    <testcase classname="" name="tests.test_b"><error message="collection failure">x</error></testcase>
    </testsuite></testsuites>`;
  expect(readJunit(text)).toEqual([
    { name: 'tests.test_a::test_one[<\n"a"]', place: 'tests.test_a', outcome: 'passed' },
    { name: 'tests.test_a::test_two', place: 'tests.test_a', outcome: 'failed' },
    { name: 'tests.test_a::test_three', place: 'tests.test_a', outcome: 'skipped' },
    { name: 'tests.test_a::test_four', place: 'tests.test_a', outcome: 'passed' },
    { name: 'tests.test_b', place: 'tests.test_b', outcome: 'failed' },
  ]);
});

test('a runner that crashes without a failed test counts as one failure', () => {
  const read = () => [{ name: 'a', place: 'a', outcome: 'passed' }];
  const failed = (tests) => countTests(tests).failed;
  expect(failed(stageTests(read, '{}', 0))).toBe(0);
  expect(failed(stageTests(read, '{}', 1))).toBe(1);
  expect(failed(stageTests(read, null, 0))).toBe(1);
  expect(failed(stageTests(readVitest, 'half a', 1))).toBe(1);
});
