/** What to tell of a training that ran out of memory and cannot be helped by a smaller micro-batch. */
import type { ErrorEvent } from '@shared/events';
import type { RunSpec } from '@shared/run-spec';

interface Change {
  readonly set: string;
  readonly why: string;
}

/** Halving further would leave too little of most examples. */
const shortest = 128;

/** The change that does least harm of those that are left; null when there is none. */
export function nearestChange(
  { batch, quantization }: Pick<RunSpec, 'batch' | 'quantization'>,
  trainingHadBegun: boolean,
): Change | null {
  // Weights that do not fit by themselves are not helped by smaller activations.
  if (trainingHadBegun && !batch.gradientCheckpointing) {
    return {
      set: 'batch.gradientCheckpointing=true',
      why: 'keeps far less of each layer, at about 30 % more time',
    };
  }
  if (quantization.kind === 'none') {
    return { set: 'quantization.kind=nf4', why: 'holds the base model in a quarter of the memory' };
  }
  const half = Math.floor(batch.maxLength / 2);
  if (!trainingHadBegun || half < shortest) return null;
  return {
    set: `batch.maxLength=${half}`,
    why: 'halves what the longest example needs; longer ones are then left out',
  };
}

/** Instead of the worker's own words, which do not know that the micro-batch was halved before. */
export function memoryError(
  error: ErrorEvent | null,
  spec: RunSpec,
  trainingHadBegun: boolean,
): Pick<ErrorEvent, 'message' | 'fix' | 'details'> {
  const change = nearestChange(spec, trainingHadBegun);
  const room = 'Close other programs that use this device';
  return {
    message: trainingHadBegun
      ? `${spec.device.name} ran out of memory with one example at a time.`
      : `${spec.device.name} ran out of memory before the first step: the model alone is too large.`,
    fix:
      change === null
        ? `${room}, or train a smaller model.`
        : `${room}, or train again with a change that ${change.why}: npm run lab -- train ${spec.preset} --set ${change.set}`,
    details: error?.details ?? [],
  };
}
