import { expect, test, vi } from 'vitest';
import { runStages } from './run-stages.mjs';

const passes = (name) => ({ name, place: `${name}.file`, outcome: 'passed' });
const fails = (name) => ({ name, place: `${name}.file`, outcome: 'failed' });
const again = { placesArguments: (places) => places };
vi.spyOn(console, 'log').mockImplementation(() => {});

/** Runs stages of which the first and the second try bring these tests. */
async function run(stages, outcomes) {
  const log = [];
  const results = await runStages(stages, async ({ name }, { shared = false, places = [] }) => {
    log.push(
      `${name} begins${shared ? ' beside others' : ''}${places.map((place) => ` ${place}`)}`,
    );
    await new Promise((wake) => setImmediate(wake));
    log.push(`${name} ends`);
    const [first, second] = outcomes[name];
    return { tests: places.length > 0 ? second : first, seconds: 1 };
  });
  return { log, results };
}

test('lanes run at the same time, and second tries after all of them, alone', async () => {
  const stages = [
    { name: 'unit', lane: 'a' },
    { name: 'integration', lane: 'a', ...again },
    { name: 'python', lane: 'b', ...again },
  ];
  const { log, results } = await run(stages, {
    unit: [[passes('u')]],
    integration: [
      [fails('i'), passes('j')],
      [passes('i'), passes('j')],
    ],
    python: [[passes('p')]],
  });
  expect(log.indexOf('python begins beside others')).toBeLessThan(log.indexOf('unit ends'));
  expect(log.indexOf('unit ends')).toBeLessThan(log.indexOf('integration begins beside others'));
  expect(log.slice(-2)).toEqual(['integration begins i.file', 'integration ends']);
  expect(log).toHaveLength(8);
  expect(results.map(({ name, unsteady }) => [name, unsteady])).toEqual([
    ['unit', []],
    ['integration', ['i']],
    ['python', []],
  ]);
  expect(results[1].tests.map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
});

test('a failure that repeats stays one, and a stage may have no second try', async () => {
  const { log, results } = await run(
    [
      { name: 'unit', lane: 'a' },
      { name: 'python', lane: 'a', ...again },
    ],
    { unit: [[fails('u')]], python: [[fails('p')], [fails('p')]] },
  );
  expect(log.filter((line) => line.includes('begins'))).toEqual([
    'unit begins',
    'python begins',
    'python begins p.file',
  ]);
  expect(results.map(({ tests, unsteady }) => [tests[0].outcome, unsteady])).toEqual([
    ['failed', []],
    ['failed', []],
  ]);
});
