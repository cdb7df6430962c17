/** Splits an effective batch into micro-batches that a device holds at once. */
import { LabError } from '@shared/errors';
import type { Batch } from '@shared/recipe';
import type { RunSpec } from '@shared/run-spec';
import { chooseMicroBatch, divisors, type Splitting } from '../fit/micro-batch';

/** Where nothing can be predicted: small enough for most, and halved when memory falls short. */
const cautious = 4;

/**
 * The micro-batch and how many of them make a step. One that was not asked for is the largest that
 * is predicted to fit; `splitting` is null where the model's architecture is not known.
 * @throws LabError when the one that was asked for does not divide the effective batch.
 */
export function batchPlan(
  batch: Batch,
  splitting: Omit<Splitting, 'batch'> | null,
): RunSpec['batch'] {
  const largest = (most: number): number =>
    divisors(batch.effective).find((size) => size <= most) ?? 1;
  const micro =
    batch.micro ??
    (splitting === null ? largest(cautious) : chooseMicroBatch({ ...splitting, batch }));
  if (batch.effective % micro !== 0) {
    throw new LabError({
      code: 'bad_input',
      what: `A micro-batch of ${micro} does not divide the effective batch of ${batch.effective}.`,
      why: 'Every optimizer step must see the same number of examples.',
      fix: `Set batch.micro to ${largest(micro)}, or leave it out.`,
    });
  }
  return { ...batch, micro, accumulation: batch.effective / micro };
}
