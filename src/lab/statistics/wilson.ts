/**
 * Wilson's score interval for a proportion, 95 %, without continuity correction.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
 * JASA 22 (1927); `method="wilson"` in statsmodels' `proportion_confint`.
 */
import { clamp, type Interval, normalQuantile975 } from './interval';

/** @returns null when there is no observation */
export function wilsonInterval(passed: number, total: number): Interval | null {
  if (total === 0) return null;
  const z = normalQuantile975;
  const rate = passed / total;
  const denominator = 1 + (z * z) / total;
  const centre = (rate + (z * z) / (2 * total)) / denominator;
  const half =
    (z * Math.sqrt((rate * (1 - rate)) / total + (z * z) / (4 * total * total))) / denominator;
  // At the ends the formula gives exactly 0 and 1; rounding must not step over them.
  return {
    low: passed === 0 ? 0 : clamp(centre - half, 0, 1),
    high: passed === total ? 1 : clamp(centre + half, 0, 1),
  };
}
