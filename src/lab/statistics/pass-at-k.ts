/**
 * pass@k without bias: the chance that at least one of k samples, drawn from the n that exist, passes.
 * Source: M. Chen et al., "Evaluating Large Language Models Trained on Code", arXiv 2107.03374.
 */

/** 1 − C(n−c, k) / C(n, k) for one task with c of n samples passed. @throws RangeError if k > n */
export function passAtK(samples: number, passed: number, k: number): number {
  if (k < 1 || k > samples) throw new RangeError(`k must lie between 1 and ${samples}, not ${k}`);
  if (samples - passed < k) return 1;
  let missed = 1;
  for (let index = samples - passed + 1; index <= samples; index += 1) missed *= 1 - k / index;
  return 1 - missed;
}
