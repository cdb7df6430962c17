/** Splits an effective batch into micro-batches that a device holds at once. */
import { LabError } from '@shared/errors';
import type { Device } from '@shared/machine';
import type { Batch } from '@shared/recipe';
import type { RunSpec } from '@shared/run-spec';
import type { InspectedModel } from '../models/inspect-model';

type Model = Pick<InspectedModel, 'config' | 'weightBytes'>;

/** A CPU shares its memory with everything else; of a card's, some stays with the driver. */
const usableShare: Readonly<Record<Device['kind'], number>> = {
  cpu: 0.5,
  cuda: 0.9,
  rocm: 0.9,
  mlx: 0.6,
};

/**
 * The micro-batch and how many of them make a step. A micro-batch that was not asked for is the
 * largest divisor of the effective batch whose activations fit beside the weights.
 * @throws LabError when the one that was asked for does not divide the effective batch.
 */
export function batchPlan(
  batch: Batch,
  device: Pick<Device, 'kind' | 'memoryBytes'>,
  model: Model,
  precision: RunSpec['precision'],
): RunSpec['batch'] {
  const fitting = Math.floor(
    (device.memoryBytes * usableShare[device.kind] - model.weightBytes) /
      (batch.maxLength * activationBytes(model, precision)),
  );
  const micro = batch.micro ?? largestDivisor(batch.effective, fitting);
  if (batch.effective % micro !== 0) {
    throw new LabError({
      code: 'bad_input',
      what: `A micro-batch of ${micro} does not divide the effective batch of ${batch.effective}.`,
      why: 'Every optimizer step must see the same number of examples.',
      fix: `Set batch.micro to ${largestDivisor(batch.effective, micro)}, or leave it out.`,
    });
  }
  return { ...batch, micro, accumulation: batch.effective / micro };
}

/**
 * Bytes that a token keeps for the backward pass, roughly: in each layer about 18 values of the
 * hidden size and 6 of the MLP's, and once the vocabulary's logits with their gradient. Rounded up
 * from the counts in V. Korthikanti et al., arXiv 2205.05198, section 4, without its dropout masks.
 */
function activationBytes({ config }: Model, precision: RunSpec['precision']): number {
  const hidden = config.hidden_size ?? 4096;
  const layers = config.num_hidden_layers ?? 32;
  const inner = config.intermediate_size ?? 4 * hidden;
  const vocabulary = config.vocab_size ?? 150_000;
  const bytes = precision === 'float32' ? 4 : 2;
  return layers * (18 * hidden + 6 * inner) * bytes + 2 * vocabulary * 4;
}

function largestDivisor(whole: number, most: number): number {
  for (let size = Math.min(whole, most); size > 1; size -= 1) if (whole % size === 0) return size;
  return 1;
}
