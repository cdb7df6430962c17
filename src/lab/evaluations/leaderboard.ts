/** All finished evaluations of one benchmark, ranked within equal conditions. */
import { LabError } from '@shared/errors';
import type { EvaluationSummary, Leaderboard } from '@shared/evaluation';
import type { EvaluationListItem } from '@shared/rpc/evaluations';
import type { LabContext } from '../context';
import { rankSubjects } from '../statistics/rank-subjects';
import { keyDifferences } from './comparability';
import { evaluationItems, evaluationSpecOf } from './evaluation-rows';

type Group = Leaderboard['groups'][number];
type FinishedItem = EvaluationListItem & { readonly summary: EvaluationSummary };

/** The group with most evaluations first. @throws LabError when the benchmark has none */
export function leaderboardOf(context: LabContext, benchmark: string): Leaderboard {
  const byKey = new Map<string, FinishedItem[]>();
  for (const item of evaluationItems(context.store)) {
    const { summary, key } = item;
    if (item.benchmark !== benchmark || summary === null) continue;
    byKey.set(key, [...(byKey.get(key) ?? []), { ...item, summary }]);
  }
  const groups = [...byKey].sort(([, one], [, other]) => other.length - one.length);
  const [first] = groups;
  if (first === undefined) throw nothingYet(benchmark);
  const conditionsOf = (items: readonly FinishedItem[]): Group['conditions'] =>
    evaluationSpecOf(context.store, items[0]?.id ?? '').comparability;
  const usual = conditionsOf(first[1]);
  return {
    benchmark,
    groups: groups.map(([key, items]) => {
      const conditions = conditionsOf(items);
      const differsIn = keyDifferences(usual, conditions);
      return { key, conditions, differsIn, entries: entriesOf(items) };
    }),
  };
}

/** The tasks' own solutions are the bound, not a rival: they come last and have no rank. */
function entriesOf(items: readonly FinishedItem[]): Group['entries'] {
  const references = items.filter(({ subjectKind }) => subjectKind === 'reference');
  const subjects = items.filter((item) => !references.includes(item));
  return [
    ...rankSubjects(subjects.map(({ summary }) => summary)),
    ...references.map(({ id }) => ({ id, rank: null, againstBest: null })),
  ];
}

function nothingYet(benchmark: string): LabError {
  return new LabError({
    code: 'not_found',
    what: `Nothing has been evaluated on "${benchmark}" yet.`,
    why: 'A leaderboard lists finished evaluations of one benchmark; this one has none.',
    fix: `"lab eval SUBJECT --bench ${benchmark}" makes one; "lab bench list" shows the benchmarks.`,
  });
}
