/** Makes a rehearsal's complete specification: as a training's, but without weights and corpus. */
import { readdir } from 'node:fs/promises';
import { LabError } from '@shared/errors';
import type { Preset } from '@shared/preset';
import type { RehearseSpec } from '@shared/rehearsal';
import type { OverrideValue } from '@shared/run-spec';
import type { LabContext } from '../context';
import { workerThreads } from '../devices/cpu';
import { findDevice } from '../devices/devices';
import { architectureIn, configFolder } from '../fit/find-shape';
import { fitInput } from '../fit/fit-input';
import { fitOfPreset } from '../fit/fit-of-preset';
import { subjectOf } from '../fit/fit-subject';
import { usableBytes } from '../fit/usable-memory';
import { isProblem, readConfig } from '../models/model-config';
import { batchPlan } from '../presets/batch-plan';
import { deviceChoices, requirePossible } from '../presets/device-choices';
import { requireFields } from '../presets/fields';
import { rehearsedCorpus } from './rehearsed-corpus';

export interface RehearsalRequest {
  readonly preset?: string | undefined;
  readonly draft?: Preset | undefined;
  readonly overrides: Readonly<Record<string, OverrideValue>>;
  readonly device?: string | undefined;
  readonly steps: number;
}

/**
 * @throws LabError for an unknown preset, path or device, a value that does not fit, or a model whose
 * architecture is not known here.
 */
export async function resolveRehearsal(
  context: LabContext,
  request: RehearsalRequest,
  identity: { readonly id: string; readonly createdAt: string },
): Promise<RehearseSpec> {
  const preset = await subjectOf(context, request);
  const device = await findDevice(request.device);
  const folder = await requireConfig(context, preset.model);
  const architecture = await architectureIn(folder);
  const shape = 'unknown' in architecture ? null : architecture;
  requireFields(preset, shape);
  const choices = deviceChoices(preset, device, shape);
  requirePossible(choices);
  const splitting =
    shape === null
      ? null
      : { input: fitInput(preset, device, shape, choices), usableBytes: usableBytes(device) };
  const [corpus, fit] = await Promise.all([
    rehearsedCorpus(context, preset, folder),
    fitOfPreset(context, preset, device),
  ]);
  return {
    schemaVersion: 1,
    kind: 'rehearse',
    ...identity,
    name: `Rehearsal of ${preset.name}`,
    preset: preset.name,
    overrides: { ...request.overrides },
    backend: device.kind === 'mlx' ? 'mlx' : 'torch',
    device: {
      id: device.id,
      kind: device.kind,
      name: device.name,
      threads: workerThreads(),
      architecture: device.architecture,
      recorded: device.recorded,
    },
    model: { source: preset.model, configFolder: folder },
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
    steps: request.steps,
    totalSteps: corpus.totalSteps,
    exampleTokens: corpus.exampleTokens,
    predictedBytes: fit.report?.totalBytes ?? null,
  };
}

/** Folder with the config.json of the model, which says that it can be trained. */
async function requireConfig(context: LabContext, source: string): Promise<string> {
  const folder = await configFolder(context, source);
  if (folder === null) {
    throw new LabError({
      code: 'not_found',
      what: `The architecture of ${source} is not known here.`,
      why: 'It is neither a model on this machine nor one whose shape ships.',
      fix: `Download it (npm run lab -- models get ${source}), or name a folder that holds its config.json with --set model=FOLDER.`,
    });
  }
  const config = await readConfig(folder, await readdir(folder));
  if (!isProblem(config)) return folder;
  throw new LabError({
    code: 'bad_input',
    what: `The model ${source} cannot be rehearsed.`,
    why: config.why,
    fix: config.fix,
  });
}
