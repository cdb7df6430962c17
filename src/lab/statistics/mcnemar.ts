/**
 * Exact McNemar test: are the tasks that only one of two subjects passes split evenly?
 * Source: Q. McNemar, Psychometrika 12 (1947), in its exact binomial form (two-sided, the smaller
 * tail doubled); `mcnemar(table, exact=True)` in statsmodels.
 */
import { binomialAtMost } from './binomial';

/** @returns the two-sided p value; 1 when no task tells the subjects apart */
export function exactMcNemar(onlyA: number, onlyB: number): number {
  const discordant = onlyA + onlyB;
  if (discordant === 0) return 1;
  return Math.min(1, 2 * binomialAtMost(Math.min(onlyA, onlyB), discordant, 0.5));
}
