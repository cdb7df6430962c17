/** `npm run check`: format, lint, types, import directions, generated schemas, sizes, Python. */
import { forChecks } from './set-up/groups.mjs';
import { setUpOrExit } from './set-up/set-up.mjs';
import { countTests, writeReport } from './testing/reports.mjs';

await setUpOrExit(forChecks);
const { checks } = await import('./checks/checks.mjs');

const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const wanted = only.length === 0 ? checks : checks.filter(({ name }) => only.includes(name));

/** Runs one check and prints its line. */
async function judge({ name, run }) {
  const start = performance.now();
  const { problems, summary = '' } = await run().catch((error) => ({
    problems: [String(error.lines?.join('\n') ?? ''), String(error)],
  }));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}  ${seconds} s  ${summary}`.trimEnd());
  for (const problem of problems) console.log(problem.replace(/^/gm, '    '));
  return { name, outcome: problems.length === 0 ? 'passed' : 'failed' };
}

/** Two at a time: most of them are single-threaded. */
async function judgeAll() {
  const queue = [...wanted];
  const results = [];
  const lane = async () => {
    for (let check = queue.shift(); check; check = queue.shift()) results.push(await judge(check));
  };
  await Promise.all([lane(), lane()]);
  return results;
}

const results = await judgeAll();
await writeReport('check', results);
const { passed, failed } = countTests(results);
console.log(`${passed} checks passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
