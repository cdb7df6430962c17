/** What a comparison says, for people who know no statistics. */
import type { Comparison, ComparisonTable } from '@shared/evaluation';
import { integer, probability, significant } from '../../ui/format';

export type TableComparison = ComparisonTable['comparisons'][number];

/** Sums of task means may have a fraction; whole ones are counts. */
export function tasksPassed(value: number): string {
  return Number.isInteger(value) ? integer(value) : value.toFixed(1);
}

/**
 * The verdict in one sentence. Of one comparison the lab's own; of several the corrected one, because
 * the more is compared, the more often chance alone makes a difference.
 */
export function verdictHeadline(comparison: TableComparison, comparisons: number): string {
  if (comparisons < 2) return comparison.sentence;
  const { aLabel, bLabel, passedA, passedB, tasks, adjustedVerdict } = comparison;
  if (tasks === 0) return comparison.sentence;
  return `${bLabel} passes ${tasksPassed(passedB)} of ${integer(tasks)}, ${aLabel} ${tasksPassed(passedA)}: ${adjustedVerdict}.`;
}

/** Why the corrected verdict is another than that of the two alone; null when it is the same. */
export function correctionWords(comparison: TableComparison, comparisons: number): string | null {
  const { verdict, adjustedVerdict, pValue, adjustedPValue } = comparison;
  if (verdict === adjustedVerdict) return null;
  return (
    `Of the two alone it would count as ${verdict} (p ${probability(pValue)}). Among ${comparisons} ` +
    `comparisons such a difference comes up by chance too easily (p ${probability(adjustedPValue)} together).`
  );
}

/** How often chance alone would show as much: `fewer than 1 time in 1,000`, `about 1 time in 33`. */
export function chanceWords(pValue: number): string {
  if (pValue < 0.001) return 'fewer than 1 time in 1,000';
  if (pValue >= 0.95) return 'nearly every time';
  if (pValue > 0.4) return `about ${Math.round(pValue * 10)} times in 10`;
  return `about 1 time in ${integer(Math.round(1 / pValue))}`;
}

/** Where the p value comes from, for those who ask. */
export function probabilityWords(comparison: TableComparison, comparisons: number): string {
  const alone = `p ${probability(comparison.pValue)} by the ${comparison.test} test`;
  if (comparisons < 2) return alone;
  return `p ${probability(comparison.adjustedPValue)}, corrected for ${comparisons} comparisons; ${alone} alone`;
}

/** A difference of shares in points with its sign: `+2.5`. */
export function points(share: number): string {
  const value = share * 100;
  return `${value > 0 ? '+' : ''}${significant(value)}`;
}

export function detectableWords({
  smallestDetectable,
  tasks,
}: Pick<Comparison, 'smallestDetectable' | 'tasks'>): string {
  if (smallestDetectable > tasks) return 'too few tasks to show any change';
  const change = Math.ceil(smallestDetectable);
  return `${integer(change)} ${change === 1 ? 'task' : 'tasks'} or more`;
}

/** Every condition in which the compared evaluations differ, once. */
export function differingConditions(table: ComparisonTable): readonly string[] {
  return [...new Set(table.comparisons.flatMap((entry) => entry.keyDifferences))];
}
