/** A run's specification as the preset it could have been, so that it can be trained with changes. */
import type { Preset } from '@shared/preset';
import type { RunSpec } from '@shared/run-spec';

export function presetOfRun(
  spec: RunSpec,
  evaluations: Preset['evaluations'],
): Omit<Preset, 'smoke'> {
  const { accumulation: _, ...batch } = spec.batch;
  return {
    schemaVersion: 1,
    name: spec.preset,
    title: spec.name,
    description: '',
    toy: false,
    model: spec.model.source,
    corpus: spec.corpus.source,
    data: spec.data,
    adapter: spec.adapter,
    quantization: {
      ...spec.quantization,
      kind: spec.quantization.kind === 'none' ? 'none' : 'nf4',
    },
    schedule: spec.schedule,
    // The micro-batch was chosen for the old effective batch; a new one chooses again.
    batch: { ...batch, micro: null },
    monitoring: spec.monitoring,
    precision: spec.precision,
    seed: spec.seed,
    evaluations: [...evaluations],
  };
}
