/**
 * How many tasks a benchmark would need to show a difference as large as the one seen.
 *
 * Definition: the subjects are taken to differ as they did here (share of discordant tasks ψ, net
 * difference δ of the pass rates). The answer is a number of tasks at which the exact McNemar test at
 * 5 % has 80 % power, searched from the usual approximation
 * n = (z₀.₉₇₅ √ψ + z₀.₈ √(ψ − δ²))² / δ², which is also the answer where n is large.
 * Source: R. J. Connor, "Sample size for testing differences in proportions for the paired-sample
 * design", Biometrics 43 (1987), 207–211. For task means: n = ((z₀.₉₇₅ + z₀.₈) s / δ)², J. Cohen,
 * "Statistical Power Analysis for the Behavioral Sciences" (1988), section 2.
 */
import { normalQuantile80, normalQuantile975 } from './interval';
import { mcNemarPower, targetPower } from './smallest-detectable';

/** Beyond this the exact test and its approximation agree within a percent. */
const exactLimit = 2000;
/** A number of tasks that nobody will write is no advice. */
const largest = 100_000;

/**
 * @param net tasks that only one passes, minus those that only the other passes
 * @returns tasks in all; null when there was no difference, or more than 100,000 would be needed
 */
export function tasksToSettle(tasks: number, discordant: number, net: number): number | null {
  if (net === 0 || tasks === 0) return null;
  const difference = Math.abs(net) / tasks;
  const share = discordant / tasks;
  const spread =
    normalQuantile975 * Math.sqrt(share) + normalQuantile80 * Math.sqrt(share - difference ** 2);
  const estimate = Math.ceil((spread / difference) ** 2);
  if (estimate > largest) return null;
  return Math.max(
    estimate > exactLimit ? estimate : searchExact(estimate, difference, share),
    tasks + 1,
  );
}

/** Bisection; power rises with the number of tasks but for small saw teeth. */
function searchExact(estimate: number, difference: number, share: number): number {
  const enough = (tasks: number): boolean =>
    mcNemarPower(difference * tasks, tasks, share) >= targetPower;
  let low = 0;
  let high = Math.max(estimate, 1);
  while (!enough(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The same for task means (repeats). @param differences one a task */
export function tasksToSettleMeans(differences: readonly number[]): number | null {
  const tasks = differences.length;
  if (tasks < 2) return null;
  const mean = differences.reduce((sum, value) => sum + value, 0) / tasks;
  if (Math.abs(mean) < 1e-12) return null;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (tasks - 1);
  const needed = Math.ceil(((normalQuantile975 + normalQuantile80) ** 2 * variance) / mean ** 2);
  return needed > largest ? null : Math.max(needed, tasks + 1);
}
