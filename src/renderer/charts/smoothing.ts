/**
 * Exponential moving average with the start corrected, so that the first values are not drawn
 * towards zero (as Adam corrects its moments, arXiv 1412.6980). NaN in gives NaN out, and the
 * average goes on after it.
 */
export function smooth(values: Float64Array, weight: number): Float64Array {
  const out = new Float64Array(values.length);
  let average = 0;
  let correction = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) {
      out[index] = Number.NaN;
      continue;
    }
    average = weight * average + (1 - weight) * value;
    correction = weight * correction + (1 - weight);
    out[index] = average / correction;
  }
  return out;
}

/**
 * The weight that smooths buckets as `weight` smooths single steps: after n steps an old value
 * counts weight^n.
 */
export function weightForBuckets(weight: number, stepsPerBucket: number): number {
  return weight ** stepsPerBucket;
}
