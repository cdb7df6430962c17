/**
 * A second try, alone and once, for the few tests that failed while others shared the processor.
 * What then passes counts as passed, and the summary names it: it is a weakness of the test.
 */

/** More failures than this are no chance. */
const limit = 12;

/** The places to run again; none when nothing failed, too much did, or the runner itself crashed. */
export function placesToTryAgain(tests) {
  const failed = tests.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > limit || failed.some(({ place }) => place === null)) return [];
  return [...new Set(failed.map(({ place }) => place))];
}

/** Tests by a key that tells equal names apart by their order. */
function byKey(tests) {
  const seen = new Map();
  return new Map(
    tests.map((test) => {
      const number = (seen.get(test.name) ?? 0) + 1;
      seen.set(test.name, number);
      return [`${test.name}\0${number}`, test];
    }),
  );
}

/**
 * Both tries as one: `tests`, and the names in `unsteady` of those that failed in one try and
 * passed in the other.
 * @param first all tests of a stage
 * @param second the tests of the places that were run again, and perhaps more of the same files
 */
export function mergeTries(first, second) {
  if (second.some(({ place }) => place === null)) return { tests: first, unsteady: [] };
  const again = byKey(second);
  const before = byKey(first);
  const loaded = new Set(second.map(({ place }) => place));
  const unsteady = [];
  const merged = [...before].flatMap(([key, test]) => {
    const repeated = again.get(key);
    // A file that could not be loaded is one failure; when it can, its tests stand for it.
    if (repeated === undefined)
      return test.name === test.place && loaded.has(test.place) ? [] : [test];
    const outcomes = [test.outcome, repeated.outcome];
    if (!outcomes.includes('passed') || !outcomes.includes('failed')) return [test];
    unsteady.push(test.name);
    return [{ ...test, outcome: 'passed' }];
  });
  const appeared = [...again].filter(([key]) => !before.has(key)).map(([, test]) => test);
  const passed = appeared.filter(({ outcome }) => outcome === 'passed');
  return {
    tests: [...merged, ...appeared],
    unsteady: [...unsteady, ...passed.map((test) => test.name)],
  };
}
