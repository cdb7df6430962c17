/** Learns from what was measured here how far predictions are off on this device. */
import type { FitReport } from '@shared/fit';
import type { Measurement } from './past';

/** Beyond these something else is wrong than the estimate. */
const bounds = [0.5, 2] as const;

/**
 * Median of measured over predicted, of activations and overhead alone: weights, adapter, optimizer
 * and logits are counted, not estimated. The median keeps one odd run from deciding.
 */
export function calibrate(
  measurements: readonly Measurement[],
  onCard: boolean,
): FitReport['calibration'] {
  const factors = measurements
    .map(({ measuredBytes, prediction }) => {
      // A worker counts what PyTorch allocated on a card; the driver's context is not in it.
      const unseen = onCard ? prediction.contextBytes : 0;
      return (measuredBytes - prediction.countedBytes + unseen) / prediction.estimatedBytes;
    })
    .filter((factor) => Number.isFinite(factor) && factor > 0)
    .sort((a, b) => a - b);
  const middle = median(factors);
  if (middle === null) return null;
  return { factor: Math.min(bounds[1], Math.max(bounds[0], middle)), measurements: factors.length };
}

function median(sorted: readonly number[]): number | null {
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}
