/** Makes a run's complete specification: what a preset leaves open is closed here. */
import type { Preset, queuedEvaluationSchema } from '@shared/preset';
import type { trainRequestSchema } from '@shared/run';
import type { RunSpec } from '@shared/run-spec';
import type { z } from 'zod';
import { loadBenchmark } from '../benchmarks/load-benchmark';
import type { LabContext } from '../context';
import { findCorpus } from '../corpora/find-corpora';
import { workerThreads } from '../devices/cpu';
import { findDevice } from '../devices/devices';
import { requireJudgeable } from '../evaluations/judge/judgeable';
import { findToolchain } from '../evaluations/toolchains/find-toolchain';
import { architectureIn } from '../fit/find-shape';
import { fitInput } from '../fit/fit-input';
import { usableBytes } from '../fit/usable-memory';
import { fileHash } from '../models/file-hash';
import { findModel, modelHash } from '../models/find-model';
import { runSpecOf } from '../runs/run-rows';
import { findCheck } from '../smoke/check-files';
import { batchPlan } from './batch-plan';
import { deviceChoices, requirePossible } from './device-choices';
import { requireFields } from './fields';
import { findPreset } from './load-presets';
import { applyOverrides } from './overrides';
import { presetOfRun } from './preset-of-run';

export type QueuedEvaluation = z.output<typeof queuedEvaluationSchema>;

export interface ResolvedTraining {
  readonly spec: RunSpec;
  readonly evaluations: readonly QueuedEvaluation[];
  /** Name of the saved smoke test that comes before them; null: none. */
  readonly smoke: string | null;
}

/**
 * @throws LabError for an unknown preset, path, model, corpus or device, or a value that does not fit.
 */
export async function resolveTraining(
  context: LabContext,
  request: z.output<typeof trainRequestSchema>,
  identity: { readonly id: string; readonly name: string; readonly createdAt: string },
): Promise<ResolvedTraining> {
  const start = await startingPoint(context, request);
  const preset = applyOverrides(start.preset, request.overrides);
  const device = await findDevice(request.device);
  const [model, corpus] = await Promise.all([
    findModel(context, preset.model),
    findCorpus(context, preset.corpus),
  ]);
  const [hashOfModel, hashOfCorpus] = await Promise.all([
    modelHash(context, model),
    fileHash(context, corpus.path),
  ]);
  const architecture = await architectureIn(model.path);
  const shape = 'unknown' in architecture ? null : architecture;
  requireFields(preset, shape);
  const choices = deviceChoices(preset, device, shape);
  requirePossible(choices);
  const splitting =
    shape === null
      ? null
      : { input: fitInput(preset, device, shape, choices), usableBytes: usableBytes(device) };
  const evaluations = chosenEvaluations(preset, request.evaluate);
  for (const { benchmark } of evaluations) await requireBenchmark(context, benchmark);
  if (preset.smoke !== null) await findCheck(context, preset.smoke);
  const spec: RunSpec = {
    schemaVersion: 1,
    kind: 'train',
    ...identity,
    preset: preset.name,
    overrides: { ...start.overrides, ...request.overrides },
    backend: device.kind === 'mlx' ? 'mlx' : 'torch',
    device: {
      id: device.id,
      kind: device.kind,
      name: device.name,
      threads: workerThreads(),
      architecture: device.architecture,
      recorded: device.recorded,
    },
    model: { source: model.source, path: model.path, hash: hashOfModel },
    corpus: {
      source: corpus.source,
      path: corpus.path,
      hash: hashOfCorpus,
      version: corpus.version,
    },
    data: preset.data,
    adapter: preset.adapter,
    quantization: choices.quantization,
    schedule: preset.schedule,
    batch: batchPlan(preset.batch, splitting),
    monitoring: preset.monitoring,
    precision: choices.precision,
    attention: choices.attention,
    attentionReason: choices.attentionReason,
    seed: preset.seed,
    adjustments: [],
  };
  return { spec, evaluations, smoke: preset.smoke };
}

/** Those of the preset, or the named ones; one that the preset has too keeps its settings. */
function chosenEvaluations(
  preset: Preset,
  named: readonly string[] | undefined,
): readonly QueuedEvaluation[] {
  return (
    named?.map(
      (benchmark) =>
        preset.evaluations.find((one) => one.benchmark === benchmark) ?? {
          benchmark,
          repeats: 1,
          temperature: 0,
        },
    ) ?? preset.evaluations
  );
}

/** What cannot be evaluated afterwards is said before the training, not after it. */
async function requireBenchmark(context: LabContext, name: string): Promise<void> {
  const { manifest, tasks } = await loadBenchmark(context, name);
  const { definition } = await findToolchain(context, manifest.toolchain);
  requireJudgeable(definition, tasks);
}

async function startingPoint(
  context: LabContext,
  request: z.output<typeof trainRequestSchema>,
): Promise<{ readonly preset: Preset; readonly overrides: RunSpec['overrides'] }> {
  if (request.fromRun === undefined) {
    const { preset } = await findPreset(context, request.preset ?? '');
    return { preset, overrides: {} };
  }
  const spec = runSpecOf(context.store, request.fromRun);
  const origin = await findPreset(context, spec.preset).catch(() => null);
  return {
    preset: {
      ...presetOfRun(spec, origin?.preset.evaluations ?? []),
      smoke: origin?.preset.smoke ?? null,
    },
    overrides: spec.overrides,
  };
}
