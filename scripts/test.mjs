/**
 * `npm test [-- STAGE…]`: sets up what is missing and runs the stages, in lanes beside each other; a
 * failing one does not keep the others from running. The few tests that failed beside others are
 * tried again alone, and the summary says so. The last line sums the tests of all stages.
 */
import { everything, forChecks, forLightTests } from './set-up/groups.mjs';
import { setUpOrExit } from './set-up/set-up.mjs';

const wanted = process.argv.slice(2);
const only = (...names) => wanted.length > 0 && wanted.every((name) => names.includes(name));
const light = only('check', 'unit', 'python') ? forLightTests : everything;
await setUpOrExit(only('check') ? forChecks : light);

const { stages } = await import('./testing/stages.mjs');
const { runStages } = await import('./testing/run-stages.mjs');
const { countTests } = await import('./testing/reports.mjs');
const { summaryLines } = await import('./testing/summary.mjs');

const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  const names = stages.map(({ name }) => name).join(', ');
  console.error(`There is no stage ${unknown.join(', ')}. Stages: ${names}`);
  process.exit(2);
}

const results = await runStages(
  stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name)),
);
console.log(`\n${summaryLines(results).join('\n')}`);
process.exitCode = results.some(({ tests }) => countTests(tests).failed > 0) ? 1 : 0;
