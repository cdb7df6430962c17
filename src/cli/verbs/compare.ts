/** `lab compare`, `lab leaderboard`. */
import { withLab } from '../open-lab';
import { comparisonTableText, comparisonText } from '../text/comparison-text';
import { leaderboardText } from '../text/leaderboard-text';
import type { Answer, CommonOptions } from '../verb';
import { findEvaluation } from './find';

export interface CompareOptions extends CommonOptions {
  readonly force?: boolean;
}

/**
 * Two are compared as a pair, more each with the first. Refused comparisons throw `refused`, which is
 * exit code 3.
 */
export function compare(typed: readonly string[], options: CompareOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const found = [];
    for (const name of typed) found.push(await findEvaluation(client, name));
    const force = options.force === true;
    const [a, b] = found;
    if (a === undefined || b === undefined || found.length > 2) {
      const value = await client.evaluations.compareAll({ ids: found.map(({ id }) => id), force });
      return { value, text: comparisonTableText(value) };
    }
    const comparison = await client.evaluations.compare({ a: a.id, b: b.id, force });
    const known = new Map(
      [a, b].flatMap(({ id, summary }) => (summary === null ? [] : [[id, summary]])),
    );
    return { value: comparison, text: comparisonText(comparison, known) };
  });
}

export function leaderboard(benchmark: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const value = await client.evaluations.leaderboard({ benchmark });
    const items = await client.evaluations.list();
    return { value, text: leaderboardText(value, items) };
  });
}
