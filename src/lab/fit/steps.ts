/** How many optimizer steps a training has; as `python/lorabench/batches.py` counts them. */
import type { Batch, Monitoring, Schedule } from '@shared/recipe';

export interface StepCount {
  readonly training: number;
  readonly steps: number;
}

export function countSteps(
  examples: number,
  schedule: Pick<Schedule, 'epochs' | 'maxSteps'>,
  { effective }: Pick<Batch, 'effective'>,
  { validationShare }: Pick<Monitoring, 'validationShare'>,
): StepCount {
  // Python rounds halves to even; a difference of one example changes no step count worth telling.
  const wanted = Math.round(examples * validationShare);
  const heldOut =
    validationShare > 0 && examples > 1 ? Math.min(Math.max(wanted, 1), examples - 1) : 0;
  const training = Math.max(0, examples - heldOut);
  const steps = Math.ceil(schedule.epochs * Math.ceil(training / effective));
  return { training, steps: Math.min(steps, schedule.maxSteps ?? steps) };
}
