/** A preset with what it needs, whether it fits and how long it takes. */
import { LabError } from '@shared/errors';
import type { FitBadge, FitReport } from '@shared/fit';
import type { Device } from '@shared/machine';
import type { PresetCard } from '@shared/preset';
import type { LabContext } from '../context';
import { findDevice } from '../devices/devices';
import { fitOfPreset } from '../fit/fit-of-preset';
import type { LoadedPreset } from './load-presets';
import { needsOf } from './needs';

export async function presetCard(
  context: LabContext,
  { preset, source }: LoadedPreset,
  device: Device | LabError,
): Promise<PresetCard> {
  const needs = await needsOf(context, preset, device);
  const fit = await fitOrNull(context, preset, device);
  return {
    preset,
    source,
    ready: needs.length === 0,
    needs,
    fit: fit?.report == null ? null : fitBadge(fit.report),
    expectedSeconds: fit?.time.seconds ?? null,
    expectation: fit?.time.seconds == null ? 'unknown' : fit.time.timeBasis,
  };
}

/** The device that presets are trained on, or why there is none. */
export async function chosenDevice(): Promise<Device | LabError> {
  try {
    return await findDevice();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
}

export function fitBadge(report: FitReport): FitBadge {
  return {
    verdict: report.verdict,
    badge: report.badge,
    totalBytes: report.totalBytes,
    deviceBytes: report.device.memoryBytes,
    change: report.changes[0]?.title ?? null,
  };
}

/** A card without its fit is of more use than no card. */
async function fitOrNull(
  context: LabContext,
  preset: LoadedPreset['preset'],
  device: Device | LabError,
) {
  if (device instanceof LabError) return null;
  return fitOfPreset(context, preset, device).catch((error: unknown) => {
    if (!(error instanceof LabError)) context.log.warn({ error, preset: preset.name }, 'no fit');
    return null;
  });
}
