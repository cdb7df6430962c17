/** All finished evaluations of one benchmark, ranked within equal conditions. */
import { LabError } from '@shared/errors';
import type { EvaluationSummary, Leaderboard } from '@shared/evaluation';
import type { LabContext } from '../context';
import { pairedPValue } from '../statistics/compare-subjects';
import { holmAdjusted } from '../statistics/holm';
import { significanceLevel } from '../statistics/interval';
import { keyDifferences } from './comparability';
import { pairedTasks } from './compare';
import { evaluationItems, evaluationSpecOf } from './evaluation-rows';

type Group = Leaderboard['groups'][number];

/** The group with most evaluations first. @throws LabError when the benchmark has none */
export function leaderboardOf(context: LabContext, benchmark: string): Leaderboard {
  const byKey = new Map<string, EvaluationSummary[]>();
  for (const { summary, key, benchmark: own } of evaluationItems(context.store)) {
    if (own !== benchmark || summary === null) continue;
    byKey.set(key, [...(byKey.get(key) ?? []), summary]);
  }
  const groups = [...byKey].sort(([, one], [, other]) => other.length - one.length);
  const [first] = groups;
  if (first === undefined) throw nothingYet(benchmark);
  const conditionsOf = (summaries: readonly EvaluationSummary[]): Group['conditions'] =>
    evaluationSpecOf(context.store, summaries[0]?.id ?? '').comparability;
  const usual = conditionsOf(first[1]);
  return {
    benchmark,
    groups: groups.map(([key, summaries]) => {
      const conditions = conditionsOf(summaries);
      const differsIn = keyDifferences(usual, conditions);
      return { key, conditions, differsIn, entries: ranked(summaries) };
    }),
  };
}

/** Places as ranges: only a test that tells two apart puts one above the other. */
function ranked(summaries: readonly EvaluationSummary[]): Group['entries'] {
  const rate = ({ passAt1 }: EvaluationSummary): number => passAt1.value ?? 0;
  const ordered = [...summaries].sort((a, b) => rate(b) - rate(a) || b.id.localeCompare(a.id));
  const pairs = ordered.flatMap((upper, place) =>
    ordered.slice(place + 1).map((lower, below) => ({
      upper: place,
      lower: place + 1 + below,
      pValue: pairedPValue(pairedTasks(upper, lower)),
    })),
  );
  const adjusted = holmAdjusted(pairs.map(({ pValue }) => pValue));
  const tested = pairs.map((pair, index) => ({ ...pair, pValue: adjusted[index] ?? 1 }));
  const apart = tested.filter(({ pValue }) => pValue <= significanceLevel);
  return ordered.map(({ id }, place) => {
    const best = tested.find(({ upper, lower }) => upper === 0 && lower === place);
    return {
      id,
      rank: {
        from: 1 + apart.filter(({ lower }) => lower === place).length,
        to: ordered.length - apart.filter(({ upper }) => upper === place).length,
      },
      againstBest: best === undefined ? null : { pValue: best.pValue, verdict: verdictOf(best) },
    };
  });
}

const verdictOf = ({ pValue }: { readonly pValue: number }) =>
  pValue <= significanceLevel ? ('worse' as const) : ('no detectable difference' as const);

function nothingYet(benchmark: string): LabError {
  return new LabError({
    code: 'not_found',
    what: `Nothing has been evaluated on "${benchmark}" yet.`,
    why: 'A leaderboard lists finished evaluations of one benchmark; this one has none.',
    fix: `"lab eval SUBJECT --bench ${benchmark}" makes one; "lab bench list" shows the benchmarks.`,
  });
}
