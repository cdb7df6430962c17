/** How long a training takes: measured before, rehearsed, or estimated from the device's class. */
import { availableParallelism } from 'node:os';
import type { FitReport } from '@shared/fit';
import type { Device } from '@shared/machine';
import type { Preset } from '@shared/preset';
import type { RunSpec } from '@shared/run-spec';
import { z } from 'zod';
import type { LabContext } from '../context';
import { findCorpus } from '../corpora/find-corpora';
import { fileHash } from '../models/file-hash';
import { wholeRunSeconds } from '../rehearsals/whole-run';
import type { CorpusLengths } from './corpus-lengths';
import { type DoneRehearsal, rehearsalsOn } from './past';
import type { FitInput } from './predict';
import { secondsPerStep } from './speed';
import { countSteps } from './steps';

export type ExpectedTime = Pick<FitReport, 'steps' | 'secondsPerStep' | 'seconds' | 'timeBasis'>;

export interface TimeQuestion {
  readonly preset: Preset;
  /** As past trainings name it. */
  readonly model: string;
  readonly device: Pick<Device, 'id' | 'kind' | 'name' | 'recorded'>;
  readonly precision: RunSpec['precision'];
  readonly quantization: RunSpec['quantization']['kind'];
  readonly micro: number;
  readonly lengths: CorpusLengths | null;
  /** Null where the architecture is not known. */
  readonly input: Omit<FitInput, 'batch'> | null;
}

export async function expectedTime(
  context: LabContext,
  question: TimeQuestion,
): Promise<ExpectedTime> {
  const { preset, lengths } = question;
  const steps =
    lengths === null
      ? null
      : countSteps(lengths.examples, preset.schedule, preset.batch, preset.monitoring).steps;
  const measured = await pastSeconds(context, question);
  if (measured !== null) {
    return {
      steps: measured.steps,
      ...over(measured.steps, measured.seconds),
      timeBasis: 'measured',
    };
  }
  const rehearsed = await rehearsedSeconds(context, question, steps);
  if (rehearsed !== null) return { steps, ...rehearsed, timeBasis: 'rehearsed' };
  const each = estimatedStep(question);
  if (each === null) return { steps, secondsPerStep: null, seconds: null, timeBasis: 'unknown' };
  return {
    steps,
    secondsPerStep: each,
    seconds: steps === null ? null : steps * each,
    timeBasis: 'estimated',
  };
}

function over(steps: number, seconds: number): Pick<ExpectedTime, 'secondsPerStep' | 'seconds'> {
  return { seconds, secondsPerStep: steps > 0 ? seconds / steps : null };
}

function estimatedStep({ input, preset, device, lengths, micro }: TimeQuestion): number | null {
  if (input === null) return null;
  const { effective, maxLength, gradientCheckpointing } = preset.batch;
  // A recorded device is computed on this machine's CPU.
  const at = device.recorded ? { kind: 'cpu' as const, name: 'CPU' } : device;
  return secondsPerStep({
    input,
    device: at,
    cores: availableParallelism(),
    microBatches: effective / micro,
    gradientCheckpointing,
    tokensPerStep: effective * Math.min(maxLength, lengths?.mean ?? maxLength),
  });
}

const doneSchema = z.object({ seconds: z.number(), steps: z.number() });

/** The newest finished training of the same recipe on this device; null when there is none. */
async function pastSeconds(
  context: LabContext,
  { preset, model, device, precision, quantization, micro }: TimeQuestion,
): Promise<z.infer<typeof doneSchema> | null> {
  const corpus = await findCorpus(context, preset.corpus).catch(() => null);
  if (corpus === null) return null;
  const { schedule, batch, adapter } = preset;
  return context.store.first(
    doneSchema,
    `SELECT seconds, steps FROM runs
     WHERE deleted = 0 AND outcome = 'completed' AND model = ? AND rank = ? AND quantization = ?
       AND json_extract(spec_json, '$.device.id') = ?
       AND json_extract(spec_json, '$.device.name') = ?
       AND json_extract(spec_json, '$.corpus.hash') = ?
       AND json_extract(spec_json, '$.schedule') = json(?)
       AND json_extract(spec_json, '$.precision') = ?
       AND json_extract(spec_json, '$.batch.effective') = ?
       AND json_extract(spec_json, '$.batch.micro') = ?
       AND json_extract(spec_json, '$.batch.maxLength') = ?
       AND json_extract(spec_json, '$.batch.gradientCheckpointing') = ?
     ORDER BY created_at DESC LIMIT 1`,
    model,
    adapter.rank,
    quantization,
    device.id,
    device.name,
    await fileHash(context, corpus.path),
    JSON.stringify(schedule),
    precision,
    batch.effective,
    micro,
    batch.maxLength,
    batch.gradientCheckpointing ? 1 : 0,
  );
}

async function rehearsedSeconds(
  context: LabContext,
  question: TimeQuestion,
  totalSteps: number | null,
): Promise<Pick<ExpectedTime, 'secondsPerStep' | 'seconds'> | null> {
  const done = (await rehearsalsOn(context, question.device.id)).find((one) =>
    isSame(one, question),
  );
  if (done === undefined) return null;
  const spec = { ...done.spec, exampleTokens: question.lengths?.mean ?? null };
  const one = wholeRunSeconds({ ...spec, totalSteps: 1 }, done.result);
  return {
    secondsPerStep: one,
    seconds: totalSteps === null ? null : wholeRunSeconds({ ...spec, totalSteps }, done.result),
  };
}

function isSame({ spec }: DoneRehearsal, question: TimeQuestion): boolean {
  const { preset, model, device, precision, quantization, micro } = question;
  return (
    [preset.model, model].includes(spec.model.source) &&
    spec.device.name === device.name &&
    spec.precision === precision &&
    spec.quantization.kind === quantization &&
    spec.adapter.rank === preset.adapter.rank &&
    spec.batch.micro === micro &&
    spec.batch.effective === preset.batch.effective &&
    spec.batch.maxLength === preset.batch.maxLength &&
    spec.batch.gradientCheckpointing === preset.batch.gradientCheckpointing
  );
}
