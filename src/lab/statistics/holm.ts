/**
 * Holm's step-down correction: p values of several tests so that the chance of even one false
 * verdict among them stays below the level.
 * Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
 * Statistics 6 (1979), 65–70; `multipletests(method="holm")` in statsmodels.
 */

/** @returns the corrected p values, in the order given */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length).fill(1);
  const order = pValues.map((_, index) => index);
  order.sort((one, other) => (pValues[one] ?? 1) - (pValues[other] ?? 1));
  let largest = 0;
  order.forEach((index, place) => {
    largest = Math.max(largest, Math.min(1, (pValues[index] ?? 1) * (pValues.length - place)));
    adjusted[index] = largest;
  });
  return adjusted;
}
