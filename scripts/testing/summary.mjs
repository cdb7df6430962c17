import { countTests } from './reports.mjs';

/**
 * A table with one line a stage, what needed a second try, and the plain line that scripts read.
 * @param results {name, tests, unsteady, seconds} of each stage
 */
export function summaryLines(results) {
  const counted = results.map((result) => ({ ...result, ...countTests(result.tests) }));
  const total = (key) => counted.reduce((sum, result) => sum + result[key], 0);
  const row = (name, passed, failed, skipped, time) =>
    [name.padEnd(14), ...[passed, failed, skipped, time].map((cell) => `${cell}`.padStart(9))].join(
      '',
    );
  const lines = [row('stage', 'passed', 'failed', 'skipped', 'seconds')];
  for (const { name, passed, failed, skipped, seconds } of counted)
    lines.push(row(name, passed, failed, skipped, seconds.toFixed(1)));
  const named = (pick) =>
    counted.flatMap((result) => pick(result).map((test) => `  ${result.name}: ${test}`));
  const failures = named(({ tests }) =>
    tests.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name),
  );
  if (failures.length > 0) lines.push('', 'Failed:', ...failures);
  const unsteady = named((result) => result.unsteady);
  if (unsteady.length > 0)
    lines.push(
      '',
      `${unsteady.length} passed on the second try only; each is a test to make steady:`,
      ...unsteady,
    );
  return [...lines, '', `${total('passed')} passed, ${total('failed')} failed`];
}
