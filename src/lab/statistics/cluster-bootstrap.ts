/**
 * 95 % percentile interval by resampling tasks, for rates whose samples repeat a task.
 * Source: B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 8 and
 * 13: whole clusters are drawn with replacement, because samples of one task are not independent.
 */
import type { Interval } from './interval';
import { seededRandom } from './random';

export const resamples = 10_000;

/** One task: what its samples add to the rate's numerator and denominator. */
export interface Cluster {
  readonly passed: number;
  readonly total: number;
}

/** Linear between order statistics, as NumPy's default. */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (position - below);
}

/** Interval of Σ passed / Σ total. @returns null without observations */
export function clusterBootstrap(clusters: readonly Cluster[], seed = 1): Interval | null {
  const observed = clusters.filter(({ total }) => total > 0);
  if (observed.length === 0) return null;
  const random = seededRandom(seed);
  const rates = new Float64Array(resamples);
  for (let round = 0; round < resamples; round += 1) {
    let passed = 0;
    let total = 0;
    for (let draw = 0; draw < observed.length; draw += 1) {
      const cluster = observed[Math.floor(random() * observed.length)];
      passed += cluster?.passed ?? 0;
      total += cluster?.total ?? 0;
    }
    rates[round] = passed / total;
  }
  rates.sort();
  return { low: quantile(rates, 0.025), high: quantile(rates, 0.975) };
}

/** Interval of the mean of task values, each task counting once. */
export function bootstrapMean(values: readonly number[], seed = 1): Interval | null {
  return clusterBootstrap(
    values.map((value) => ({ passed: value, total: 1 })),
    seed,
  );
}
