/** An interval and the level that all intervals of the lab have. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 5 %: 95 % intervals, and the level below which a p value counts. */
export const significanceLevel = 0.05;

/** Normal quantiles for 97.5 % and 80 %. */
export const normalQuantile975 = 1.959963984540054;
export const normalQuantile80 = 0.8416212335729143;

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));
