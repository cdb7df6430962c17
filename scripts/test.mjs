/**
 * `npm test [-- STAGE…]`: sets up what is missing and runs the stages one after another; a failing
 * one does not keep the others from running. The last line sums the tests of all stages.
 */
import { everything, forChecks, forLightTests } from './set-up/groups.mjs';
import { setUpOrExit } from './set-up/set-up.mjs';

const wanted = process.argv.slice(2);
const only = (...names) => wanted.length > 0 && wanted.every((name) => names.includes(name));
const light = only('check', 'unit', 'python') ? forLightTests : everything;
await setUpOrExit(only('check') ? forChecks : light);

const { stages } = await import('./testing/stages.mjs');
const { runStage } = await import('./testing/run-stage.mjs');
const { summaryLines } = await import('./testing/summary.mjs');

const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  const names = stages.map(({ name }) => name).join(', ');
  console.error(`There is no stage ${unknown.join(', ')}. Stages: ${names}`);
  process.exit(2);
}

const results = [];
for (const stage of stages) {
  if (wanted.length > 0 && !wanted.includes(stage.name)) continue;
  console.log(`\n── ${stage.name} ${'─'.repeat(60 - stage.name.length)}`);
  results.push(await runStage(stage));
}
const lines = summaryLines(results);
console.log(`\n${lines.join('\n')}`);
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
