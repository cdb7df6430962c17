/**
 * Exponential moving average with the start corrected, so that the first values are not drawn
 * towards zero (as Adam corrects its moments, arXiv 1412.6980). NaN in gives NaN out, and the
 * average goes on after it. With `steps`, the last step of each bucket, a bucket of n steps weighs as
 * n steps do: an old value counts weight^n after it.
 */
export function smooth(
  values: Float64Array,
  weightOfStep: number,
  steps: Float64Array | null = null,
): Float64Array {
  const out = new Float64Array(values.length);
  let average = 0;
  let correction = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) {
      out[index] = Number.NaN;
      continue;
    }
    const gone = steps === null ? 1 : (steps[index] ?? 0) - (steps[index - 1] ?? 0);
    const weight = gone === 1 ? weightOfStep : weightOfStep ** Math.max(1, gone);
    average = weight * average + (1 - weight) * value;
    correction = weight * correction + (1 - weight);
    out[index] = average / correction;
  }
  return out;
}
