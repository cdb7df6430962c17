/**
 * 95 % interval of the difference between two pass rates on the same tasks.
 * Source: R. G. Newcombe, "Improved confidence intervals for the difference between binomial
 * proportions based on paired data", Statistics in Medicine 17 (1998), 2635–2650, method 10:
 * Wilson limits of both rates joined through their correlation, continuity-corrected.
 */
import { clamp, type Interval } from './interval';
import { wilsonInterval } from './wilson';

export interface PairedCounts {
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly neither: number;
}

/** Newcombe's φ: the correlation of the two verdicts, moved towards 0 by n/2 when positive. */
function correlation({ both, onlyA, onlyB, neither }: PairedCounts): number {
  const product = (both + onlyA) * (onlyB + neither) * (both + onlyB) * (onlyA + neither);
  if (product === 0) return 0;
  const tasks = both + onlyA + onlyB + neither;
  const agreement = both * neither - onlyA * onlyB;
  const corrected = agreement > 0 ? Math.max(agreement - tasks / 2, 0) : agreement;
  return corrected / Math.sqrt(product);
}

/** Interval of (rate of b − rate of a). Without tasks: −1 to 1. */
export function pairedDifferenceInterval(counts: PairedCounts): Interval {
  const { both, onlyA, onlyB, neither } = counts;
  const tasks = both + onlyA + onlyB + neither;
  const a = wilsonInterval(both + onlyA, tasks);
  const b = wilsonInterval(both + onlyB, tasks);
  if (a === null || b === null) return { low: -1, high: 1 };
  const rateA = (both + onlyA) / tasks;
  const rateB = (both + onlyB) / tasks;
  const difference = rateB - rateA;
  const phi = correlation(counts);
  const distance = (one: number, other: number): number =>
    Math.sqrt(Math.max(0, one * one - 2 * phi * one * other + other * other));
  return {
    low: clamp(difference - distance(rateB - b.low, a.high - rateA), -1, 1),
    high: clamp(difference + distance(rateA - a.low, b.high - rateB), -1, 1),
  };
}
