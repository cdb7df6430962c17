import { countTests } from './reports.mjs';
import { runStage } from './run-stage.mjs';
import { mergeTries, placesToTryAgain } from './second-try.mjs';

const heading = (text) => console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 60 - text.length))}`);

async function runLane(stages, shared, run) {
  const results = [];
  for (const stage of stages) {
    heading(stage.name);
    const { tests, seconds } = await run(stage, { shared });
    if (shared) {
      const { passed, failed } = countTests(tests);
      heading(`${stage.name}: ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s`);
    }
    results.push({ stage, name: stage.name, tests, unsteady: [], seconds });
  }
  return results;
}

/** Runs again, with nothing beside it, what failed; the result as if there had been one try. */
async function tryAgain(result, run) {
  const places = result.stage.placesArguments ? placesToTryAgain(result.tests) : [];
  if (places.length === 0) return result;
  heading(`${result.name}, second try`);
  const { tests, seconds } = await run(result.stage, { places });
  return { ...result, ...mergeTries(result.tests, tests), seconds: result.seconds + seconds };
}

/**
 * Runs the lanes of the stages at the same time and then second tries, one after another.
 * @param run as runStage
 * @returns {Promise<{name, tests, unsteady, seconds}[]>} in the order of `stages`
 */
export async function runStages(stages, run = runStage) {
  const lanes = [...new Set(stages.map(({ lane }) => lane))];
  const ran = await Promise.all(
    lanes.map((lane) =>
      runLane(
        stages.filter((stage) => stage.lane === lane),
        lanes.length > 1,
        run,
      ),
    ),
  );
  const results = [];
  for (const stage of stages)
    results.push(
      await tryAgain(
        ran.flat().find((result) => result.stage === stage),
        run,
      ),
    );
  return results;
}
