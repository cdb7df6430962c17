/** What a preset lacks before it can be trained, and what the lab offers to do about each. */
import { LabError } from '@shared/errors';
import type { Device } from '@shared/machine';
import type { Preset, PresetNeed } from '@shared/preset';
import { loadBenchmark } from '../benchmarks/load-benchmark';
import type { LabContext } from '../context';
import { findCorpus } from '../corpora/find-corpora';
import { environmentFor, findEnvironment } from '../environments/python';
import { findShape } from '../fit/find-shape';
import { findModel, placeOf } from '../models/find-model';
import { hubName } from '../models/model-source';
import { deviceChoices } from './device-choices';
import { checkFields } from './fields';

/** In the order in which they are best met. `device` is the error where nothing here can train. */
export async function needsOf(
  context: LabContext,
  preset: Preset,
  device: Device | LabError,
): Promise<PresetNeed[]> {
  const found = await Promise.all([
    deviceNeeds(context, preset, device),
    modelNeed(context, preset.model),
    whenMissing(findCorpus(context, preset.corpus), (text) => ({
      kind: 'corpus',
      text,
      offer: { kind: 'choose-corpus' },
    })),
    ...preset.evaluations.map(({ benchmark }) =>
      whenMissing(loadBenchmark(context, benchmark), (text) => ({
        kind: 'benchmark',
        text,
        offer: null,
      })),
    ),
    valueNeeds(context, preset),
  ]);
  return found.flat();
}

async function modelNeed(context: LabContext, source: string): Promise<PresetNeed[]> {
  const onHub = hubName(source) !== null;
  const place = onHub ? await placeOf(context, source) : null;
  const fetchable = onHub && place?.kind !== 'folder';
  return whenMissing(findModel(context, source), (text) => ({
    kind: 'model',
    text,
    offer: fetchable ? { kind: 'download', source } : null,
  }));
}

async function deviceNeeds(
  context: LabContext,
  preset: Preset,
  device: Device | LabError,
): Promise<PresetNeed[]> {
  if (device instanceof LabError) return [{ kind: 'device', text: textOf(device), offer: null }];
  const environment = environmentFor(device);
  const missing = await whenMissing(findEnvironment(context, device), (text) => ({
    kind: 'environment',
    text,
    offer: { kind: 'install', environment },
  }));
  const { problems } = deviceChoices(preset, device, null);
  return [
    ...missing,
    ...problems.map(
      ({ what, fix }): PresetNeed => ({
        kind: 'value',
        text: `${what} ${fix}`,
        offer: null,
      }),
    ),
  ];
}

async function valueNeeds(context: LabContext, preset: Preset): Promise<PresetNeed[]> {
  const shape = await findShape(context, preset.model);
  const architecture = 'unknown' in shape ? null : shape.architecture;
  return checkFields(preset, architecture)
    .filter(({ stops }) => stops)
    .map(({ path, message }) => ({ kind: 'value', text: `${path}: ${message}`, offer: null }));
}

async function whenMissing(
  search: Promise<unknown>,
  need: (text: string) => PresetNeed,
): Promise<PresetNeed[]> {
  try {
    await search;
    return [];
  } catch (error) {
    if (error instanceof LabError) return [need(textOf(error))];
    throw error;
  }
}

const textOf = ({ what, fix }: LabError): string => `${what} ${fix}`;
