/** Makes a run's complete specification: what a preset leaves open is closed here. */
import { LabError } from '@shared/errors';
import type { Device } from '@shared/machine';
import type { Preset, queuedEvaluationSchema } from '@shared/preset';
import type { Precision } from '@shared/recipe';
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
import { fileHash } from '../models/file-hash';
import { findModel, modelHash } from '../models/find-model';
import { runSpecOf } from '../runs/run-rows';
import { batchPlan } from './batch-plan';
import { findPreset } from './load-presets';
import { applyOverrides } from './overrides';
import { presetOfRun } from './preset-of-run';

export type QueuedEvaluation = z.output<typeof queuedEvaluationSchema>;

export interface ResolvedTraining {
  readonly spec: RunSpec;
  readonly evaluations: readonly QueuedEvaluation[];
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
  const precision = resolvePrecision(preset.precision, device);
  requireQuantization(preset, device);
  const evaluations = chosenEvaluations(preset, request.evaluate);
  for (const { benchmark } of evaluations) await requireBenchmark(context, benchmark);
  const { computeType } = preset.quantization;
  const spec: RunSpec = {
    schemaVersion: 1,
    kind: 'train',
    ...identity,
    preset: preset.name,
    overrides: { ...start.overrides, ...request.overrides },
    backend: device.kind === 'mlx' ? 'mlx' : 'torch',
    device: { id: device.id, kind: device.kind, name: device.name, threads: workerThreads() },
    model: { source: model.source, path: model.path, hash: hashOfModel },
    corpus: {
      source: corpus.source,
      path: corpus.path,
      hash: hashOfCorpus,
      version: corpus.version,
    },
    data: preset.data,
    adapter: preset.adapter,
    quantization: {
      ...preset.quantization,
      // Left to bitsandbytes it would be float32 whatever the rest computes in.
      computeType: computeType === 'auto' ? precision : computeType,
    },
    schedule: preset.schedule,
    batch: batchPlan(preset.batch, device, model, precision),
    monitoring: preset.monitoring,
    precision,
    attention: 'sdpa',
    seed: preset.seed,
  };
  return { spec, evaluations };
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
    preset: presetOfRun(spec, origin?.preset.evaluations ?? []),
    overrides: spec.overrides,
  };
}

/** bfloat16 where the device computes in it well; on a CPU float32 is faster for small models. */
function resolvePrecision(wanted: Precision, device: Device): RunSpec['precision'] {
  if (wanted === 'auto') {
    return device.kind !== 'cpu' && device.precisions.includes('bfloat16') ? 'bfloat16' : 'float32';
  }
  // A CPU computes in every type, if slowly in those that it does not list.
  if (device.precisions.includes(wanted) || device.kind === 'cpu') return wanted;
  throw new LabError({
    code: 'refused',
    what: `${device.name} does not compute in ${wanted}.`,
    why: `It computes in ${device.precisions.join(', ')}.`,
    fix: 'Set precision to one of these, or to auto.',
  });
}

function requireQuantization({ quantization }: Preset, device: Device): void {
  if (device.quantizations.includes(quantization.kind)) return;
  throw new LabError({
    code: 'refused',
    what: `${device.name} cannot train with ${quantization.kind} quantization.`,
    why: `It can with: ${device.quantizations.join(', ') || 'nothing'}.`,
    fix: 'Set quantization.kind=none, or choose another device.',
  });
}
