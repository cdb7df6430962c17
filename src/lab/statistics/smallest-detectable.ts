/**
 * The smallest difference a benchmark could have shown.
 *
 * Definition: n tasks, of which a share ψ was discordant in this comparison. A net change of k tasks
 * means that the probabilities of "only b passes" and "only a passes" differ by k/n while adding up
 * to ψ (to k/n where ψ is smaller: a net change needs at least as many discordant tasks). Its power
 * is the unconditional power of the exact McNemar test at 5 %: the number of discordant tasks is
 * Binomial(n, ψ), and their split, given that number, is binomial too. The answer is the smallest k
 * with a power of at least 80 %.
 * Source: S. W. Duffy, "Asymptotic and exact power for the McNemar test and its analogue with R
 * controls per case", Biometrics 40 (1984), 1005–1015.
 */
import { binomialProbability } from './binomial';
import { normalQuantile80, normalQuantile975, significanceLevel } from './interval';
import { exactMcNemar } from './mcnemar';

export const targetPower = 0.8;

/** The largest minority that the test still rejects, by number of discordant tasks; −1: none. */
const criticalMinorities: number[] = [];

function criticalMinority(discordant: number): number {
  for (let next = criticalMinorities.length; next <= discordant; next += 1) {
    let minority = criticalMinorities.at(-1) ?? -1;
    while (
      minority + 1 <= next - (minority + 1) &&
      exactMcNemar(minority + 1, next - minority - 1) <= significanceLevel
    ) {
      minority += 1;
    }
    criticalMinorities.push(minority);
  }
  return criticalMinorities[discordant] ?? -1;
}

/**
 * Unconditional power of the exact McNemar test.
 * @param net tasks, need not be whole
 * @param discordance share of tasks on which the subjects differ
 */
export function mcNemarPower(net: number, tasks: number, discordance: number): number {
  const share = Math.min(1, Math.max(discordance, net / tasks));
  const towardsB = Math.min(1, 0.5 + net / tasks / (2 * share));
  let total = 0;
  for (let discordant = 1; discordant <= tasks; discordant += 1) {
    const weight = binomialProbability(discordant, tasks, share);
    if (weight < 1e-12) continue;
    const minority = criticalMinority(discordant);
    let rejected = 0;
    for (let only = 0; only <= minority; only += 1) {
      rejected += binomialProbability(only, discordant, 1 - towardsB);
      rejected += binomialProbability(discordant - only, discordant, 1 - towardsB);
    }
    total += weight * rejected;
  }
  return total;
}

/** @returns tasks; `tasks + 1` when not even a change of every task would have been shown */
export function smallestDetectableChange(tasks: number, discordantTasks: number): number {
  for (let net = 1; net <= tasks; net += 1) {
    if (mcNemarPower(net, tasks, discordantTasks / tasks) >= targetPower) return net;
  }
  return tasks + 1;
}

/**
 * The same for task means (repeats), by the normal approximation of the paired test:
 * (z₀.₉₇₅ + z₀.₈) · s · √n tasks, with s the standard deviation of the task differences.
 * Source: J. Cohen, "Statistical Power Analysis for the Behavioral Sciences" (1988), section 2.
 */
export function smallestDetectableMeanChange(differences: readonly number[]): number {
  const tasks = differences.length;
  if (tasks < 2) return tasks + 1;
  const mean = differences.reduce((sum, value) => sum + value, 0) / tasks;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (tasks - 1);
  const change = (normalQuantile975 + normalQuantile80) * Math.sqrt(variance * tasks);
  return Math.min(tasks + 1, Math.max(change, 0));
}
