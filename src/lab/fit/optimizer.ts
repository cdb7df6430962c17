/** Bytes of gradients and optimizer states. */
import type { Adapter, Schedule } from '@shared/recipe';
import type { Architecture } from './architecture';
import { countAdapter, sum, targetsOf } from './parameters';

/** bitsandbytes leaves tensors below this size in 32 bits (its `min_8bit_size`). */
const smallest8Bit = 4096;
/** It scales every 256 states by one 32-bit constant. */
const bytesOf8BitState = 1 + 4 / 256;

/**
 * Gradients are counted here, not with the activations: like the states they are there once for
 * every trained parameter, whatever the batch.
 */
export function optimizerBytes(
  optimizer: Schedule['optimizer'],
  architecture: Architecture,
  adapter: Adapter,
): { readonly bytes: number; readonly explanation: string } {
  const gradients = 4 * countAdapter(architecture, adapter);
  if (optimizer === 'adamw') {
    return { bytes: 3 * gradients, explanation: 'gradients and two AdamW states, in 32 bits' };
  }
  const tensors = targetsOf(architecture, adapter).flatMap(({ input, output }) => [
    adapter.rank * input,
    adapter.rank * output,
    ...(adapter.weightDecomposed ? [output] : []),
  ]);
  const states =
    architecture.layers *
    sum(tensors.map((size) => 2 * size * (size < smallest8Bit ? 4 : bytesOf8BitState)));
  if (optimizer === 'adamw_8bit') {
    return { bytes: gradients + states, explanation: 'gradients in 32 bits, two states in 8 bits' };
  }
  return {
    bytes: gradients + states,
    explanation: 'gradients in 32 bits, two states in 8 bits that may move to the host',
  };
}
