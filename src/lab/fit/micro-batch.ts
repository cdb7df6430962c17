/** Chooses the micro-batch that a device holds. */
import type { Batch } from '@shared/recipe';
import { type FitInput, type Prediction, predictFit } from './predict';
import { verdictOf } from './verdict';

/** Everything of a prediction but the micro-batch. */
export interface Splitting {
  readonly batch: Batch;
  readonly input: Omit<FitInput, 'batch'>;
  readonly usableBytes: number;
}

export function predictSplit({ batch, input }: Splitting, micro: number): Prediction {
  return predictFit({ ...input, batch: { ...batch, micro } });
}

/**
 * The micro-batch that was asked for; else the largest divisor of the effective batch that fits
 * with room for the prediction's error, or 1.
 */
export function chooseMicroBatch(splitting: Splitting): number {
  const { batch, input, usableBytes } = splitting;
  if (batch.micro !== null) return batch.micro;
  const fits = (micro: number): boolean =>
    verdictOf(predictSplit(splitting, micro).totalBytes, usableBytes, input.device.kind) === 'fits';
  return divisors(batch.effective).find((micro) => micro > 1 && fits(micro)) ?? 1;
}

/** Divisors of a whole number, the largest first. */
export function divisors(whole: number): number[] {
  return Array.from({ length: whole }, (_, index) => whole - index).filter(
    (size) => whole % size === 0,
  );
}
