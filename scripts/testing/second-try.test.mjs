import { expect, test } from 'vitest';
import { mergeTries, placesToTryAgain } from './second-try.mjs';

const one = (name, outcome, place = 'a.test.ts') => ({ name, place, outcome });

test('each place of a failure is tried again once', () => {
  const tests = [
    one('x', 'failed'),
    one('y', 'failed'),
    one('z', 'passed', 'b'),
    one('w', 'failed', 'c'),
  ];
  expect(placesToTryAgain(tests)).toEqual(['a.test.ts', 'c']);
  expect(placesToTryAgain([one('x', 'passed')])).toEqual([]);
});

test('many failures, or a runner that crashed, are no chance', () => {
  const many = Array.from({ length: 13 }, (_, index) => one(`t${index}`, 'failed'));
  expect(placesToTryAgain(many)).toEqual([]);
  expect(placesToTryAgain([one('x', 'failed'), one('the runner', 'failed', null)])).toEqual([]);
});

test('equal names are told apart, and a failure in either try is named', () => {
  const first = [
    one('same', 'passed'),
    one('same', 'failed'),
    one('other', 'passed'),
    one('far', 'passed', 'b'),
  ];
  const second = [one('same', 'passed'), one('same', 'passed'), one('other', 'failed')];
  const { tests, unsteady } = mergeTries(first, second);
  expect(tests.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed', 'passed']);
  expect(unsteady).toEqual(['same', 'other']);
});

test('a file that loads on the second try is replaced by its tests', () => {
  const { tests, unsteady } = mergeTries(
    [one('a.test.ts', 'failed'), one('far', 'passed', 'b')],
    [one('x', 'passed'), one('y', 'failed')],
  );
  expect(tests.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'far passed',
    'x passed',
    'y failed',
  ]);
  expect(unsteady).toEqual(['x']);
});

test('a runner that crashes on the second try changes nothing', () => {
  const first = [one('x', 'failed'), one('y', 'passed')];
  const second = [one('x', 'passed'), one('the runner', 'failed', null)];
  expect(mergeTries(first, second)).toEqual({ tests: first, unsteady: [] });
});
