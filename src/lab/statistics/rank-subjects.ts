/** Ranks as ranges: only a test that tells two subjects apart puts one above the other. */
import type { Comparison, Rank } from '@shared/evaluation';
import { type JudgedTask, pairedPValue, pairTasks } from './compare-subjects';
import { holmAdjusted } from './holm';
import { significanceLevel } from './interval';

export interface RankedSubject {
  readonly id: string;
  readonly rank: Rank;
  /** Null for the one with the highest rate. */
  readonly againstBest: {
    readonly pValue: number;
    readonly verdict: Comparison['verdict'];
  } | null;
}

/**
 * Highest rate first; of equal rates the newest id. p values are corrected over all pairs (Holm).
 */
export function rankSubjects(
  subjects: readonly {
    readonly id: string;
    readonly passAt1: { readonly value: number | null };
    readonly tasks: readonly JudgedTask[];
  }[],
): RankedSubject[] {
  const rate = ({ passAt1 }: (typeof subjects)[number]): number => passAt1.value ?? 0;
  const ordered = [...subjects].sort((a, b) => rate(b) - rate(a) || b.id.localeCompare(a.id));
  const pairs = ordered.flatMap((upper, place) =>
    ordered.slice(place + 1).map((lower, below) => ({
      upper: place,
      lower: place + 1 + below,
      pValue: pairedPValue(pairTasks(upper.tasks, lower.tasks)),
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
      againstBest:
        best === undefined ? null : { pValue: best.pValue, verdict: verdictOf(best.pValue) },
    };
  });
}

const verdictOf = (pValue: number): Comparison['verdict'] =>
  pValue <= significanceLevel ? 'worse' : 'no detectable difference';
