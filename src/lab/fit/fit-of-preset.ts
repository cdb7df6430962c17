/** The fit of a preset on a device: prediction, verdict, time and the nearest changes. */
import type { FitReport } from '@shared/fit';
import type { Device } from '@shared/machine';
import type { Preset } from '@shared/preset';
import type { LabContext } from '../context';
import { placeOf } from '../models/find-model';
import { batchPlan } from '../presets/batch-plan';
import { type DeviceChoices, deviceChoices } from '../presets/device-choices';
import { applyOverrides } from '../presets/overrides';
import type { Architecture } from './architecture';
import { calibrate } from './calibration';
import { nearestChanges, type Try } from './changes';
import { corpusFacts } from './corpus-facts';
import type { CorpusLengths } from './corpus-lengths';
import { type ExpectedTime, expectedTime } from './expected-time';
import { findShape } from './find-shape';
import { fitInput } from './fit-input';
import { pastPeaks } from './past';
import { type Prediction, predictFit } from './predict';
import { usableBytes } from './usable-memory';
import { badgeOf, sentenceOf, verdictOf } from './verdict';

export interface Fit {
  /** Null with the reason where the architecture is not known. */
  readonly report: FitReport | null;
  readonly unknown: string | null;
  readonly time: ExpectedTime;
}

export async function fitOfPreset(
  context: LabContext,
  preset: Preset,
  device: Device,
): Promise<Fit> {
  // Past trainings know a folder by its absolute path.
  const model = (await placeOf(context, preset.model))?.source ?? preset.model;
  const [shape, lengths, peaks] = await Promise.all([
    findShape(context, preset.model),
    corpusFacts(context, preset.corpus, model, preset.batch.maxLength),
    pastPeaks(context, device),
  ]);
  if ('unknown' in shape) {
    const choices = deviceChoices(preset, device, null);
    const question = {
      ...questionOf(preset, model, device, choices),
      micro: batchPlan(preset.batch, null).micro,
    };
    const time = await expectedTime(context, { ...question, lengths, input: null });
    return { report: null, unknown: shape.unknown, time };
  }
  const calibration = calibrate(peaks, device.kind === 'cuda' || device.kind === 'rocm');
  const at: At = {
    device,
    architecture: shape.architecture,
    lengths,
    factor: calibration?.factor ?? 1,
  };
  const made = predictAt(preset, at);
  const time = await expectedTime(context, {
    ...questionOf(preset, model, device, made.choices),
    micro: made.micro,
    lengths,
    input: made.input,
  });
  return { report: reportOf(preset, at, made, time, calibration), unknown: null, time };
}

interface At {
  readonly device: Device;
  readonly architecture: Architecture;
  readonly lengths: CorpusLengths | null;
  readonly factor: number;
}

/** The micro-batch is chosen as for a training: without the corpus's lengths and past runs. */
function predictAt(preset: Preset, { device, architecture, lengths, factor }: At) {
  const choices = deviceChoices(preset, device, architecture);
  const input = fitInput(preset, device, architecture, choices);
  const batch = batchPlan(preset.batch, { input, usableBytes: usableBytes(device) });
  const prediction = predictFit({ ...input, lengths, calibration: factor, batch });
  const verdict = verdictOf(prediction.totalBytes, usableBytes(device), device.kind);
  return {
    choices,
    input,
    micro: batch.micro,
    accumulation: batch.accumulation,
    prediction,
    verdict,
  };
}

function reportOf(
  preset: Preset,
  at: At,
  made: ReturnType<typeof predictAt>,
  time: ExpectedTime,
  calibration: FitReport['calibration'],
): FitReport {
  const { device, lengths } = at;
  const { prediction, choices, verdict } = made;
  const usable = usableBytes(device);
  const attempt: Try = (overrides) => {
    const changed = applyOverrides(preset, overrides);
    const other = predictAt(changed, at);
    if (other.choices.problems.length > choices.problems.length) return null;
    return { totalBytes: other.prediction.totalBytes, verdict: other.verdict };
  };
  const changes =
    verdict === 'fits'
      ? []
      : nearestChanges(
          preset,
          made.micro,
          device.quantizations.some((kind) => kind !== 'none'),
          attempt,
        );
  return {
    preset: preset.name,
    device: { id: device.id, name: device.name, memoryBytes: device.memoryBytes },
    usableBytes: usable,
    verdict,
    badge: badgeOf(verdict, prediction.totalBytes, device.memoryBytes),
    sentence: sentenceOf(verdict, prediction, usable, device),
    totalBytes: prediction.totalBytes,
    parts: [...prediction.parts],
    microBatch: made.micro,
    accumulation: made.accumulation,
    maxLength: preset.batch.maxLength,
    quantization: choices.quantization.kind,
    precision: choices.precision,
    trainableParameters: prediction.trainableParameters,
    totalParameters: prediction.parameters.total,
    ...time,
    calibration,
    changes,
    notes: [...notesOf(prediction, choices, device, lengths, time, preset)],
  };
}

function questionOf(preset: Preset, model: string, device: Device, choices: DeviceChoices) {
  return {
    preset,
    model,
    device,
    precision: choices.precision,
    quantization: choices.quantization.kind,
  };
}

function notesOf(
  prediction: Prediction,
  { problems, quantization }: DeviceChoices,
  device: Device,
  lengths: CorpusLengths | null,
  time: ExpectedTime,
  preset: Preset,
): string[] {
  return [
    ...problems.map(({ what, fix }) => `${what} ${fix}`),
    ...(quantization.kind === 'mlx4' && preset.quantization.kind === 'nf4'
      ? ['MLX has no NF4: its own 4 bits stand for it.']
      : []),
    ...prediction.notes,
    ...(device.recorded
      ? ['A recording of another machine: a run is computed on the CPU of this one.']
      : []),
    ...(time.timeBasis === 'estimated'
      ? [
          `The time is an estimate from the device's class and may be off by half or double${lengths?.longest == null ? '; lengths are guessed from the size of the corpus' : ''}.`,
        ]
      : []),
  ];
}
