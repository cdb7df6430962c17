/**
 * Paired permutation test on task means: swap the two subjects' values within tasks.
 * Source: R. A. Fisher, "The Design of Experiments" (1935), section 21; two-sided on the mean
 * difference. All 2^n sign patterns are counted while that is feasible; beyond it, 10,000 seeded
 * draws with the observed one included (B. Phipson and G. K. Smyth, 2010), as SciPy's
 * `permutation_test(permutation_type="samples")` does.
 */
import { seededRandom } from './random';

const exactLimit = 16;
const draws = 10_000;

/** @param differences value of b minus value of a, one a task. @returns the two-sided p value */
export function pairedPermutation(differences: readonly number[], seed = 1): number {
  const moved = differences.filter((difference) => difference !== 0);
  if (moved.length === 0) return 1;
  const observed = Math.abs(moved.reduce((sum, value) => sum + value, 0));
  // Sums of the same numbers in another order may differ in the last bits.
  const reaches = (sum: number): boolean => Math.abs(sum) >= observed * (1 - 1e-12) - 1e-12;
  return moved.length <= exactLimit ? countAll(moved, reaches) : sample(moved, reaches, seed);
}

type Reaches = (sum: number) => boolean;

function countAll(moved: readonly number[], reaches: Reaches): number {
  const patterns = 2 ** moved.length;
  let extreme = 0;
  for (let pattern = 0; pattern < patterns; pattern += 1) {
    let sum = 0;
    moved.forEach((value, index) => {
      sum += (pattern >> index) & 1 ? -value : value;
    });
    if (reaches(sum)) extreme += 1;
  }
  return extreme / patterns;
}

function sample(moved: readonly number[], reaches: Reaches, seed: number): number {
  const random = seededRandom(seed);
  let extreme = 1;
  for (let draw = 0; draw < draws; draw += 1) {
    let sum = 0;
    for (const value of moved) sum += random() < 0.5 ? -value : value;
    if (reaches(sum)) extreme += 1;
  }
  return extreme / (draws + 1);
}
