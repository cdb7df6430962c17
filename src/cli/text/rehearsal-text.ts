/** What a rehearsal measured, in words. */
import type { FitReport } from '@shared/fit';
import type { FailureCard } from '@shared/job';
import type { Rehearsal, RehearsalResult } from '@shared/rehearsal';
import { bold, dim, green, red } from './style';
import { facts } from './table';
import { bytes, decimal, duration } from './units';

export function rehearsalText(
  rehearsal: Rehearsal,
  result: RehearsalResult,
  fit: FitReport | null,
): string {
  const { preset, device, microBatch, accumulation, maxLength } = rehearsal;
  // Of a recorded device nothing was measured: this machine's processor took its place.
  const outcome = device.recorded ? 'was computed in place of' : `${green('fits')} on`;
  const rows: (readonly [string, string])[] = [
    ['peak memory', peakText(rehearsal, result)],
    ['fit said', fit === null ? 'nothing: it does not know this architecture' : fitText(fit)],
    [
      'built',
      `in ${duration(result.buildSeconds)}, at most ${bytes(result.buildPeakBytes)} meanwhile`,
    ],
    ['step', stepText(rehearsal, result)],
    ['speed', `${decimal(result.tokensPerSecond, result.tokensPerSecond < 100 ? 1 : 0)} tokens/s`],
    ['whole run', wholeRunText(rehearsal)],
  ];
  return [
    `${bold(preset)} ${outcome} ${device.name}: ${microBatch} × ${accumulation} examples of ${maxLength} tokens, ${weightsText(rehearsal)}`,
    facts(rows),
    ...result.notes.map((note) => dim(note)),
  ].join('\n');
}

export function doesNotFitText(
  { preset, device }: Rehearsal,
  failure: FailureCard,
  fit: FitReport | null,
): string {
  return [
    `${bold(preset)} ${red('does not fit')} on ${device.name}.`,
    failure.why,
    ...failure.details.map((detail) => `  ${detail}`),
    ...(fit === null ? [] : [`fit said: ${fitText(fit)}`]),
    failure.fix,
  ].join('\n');
}

function peakText({ predictedBytes }: Rehearsal, { peakMemoryBytes }: RehearsalResult): string {
  if (predictedBytes === null) return bytes(peakMemoryBytes);
  const off = Math.round((peakMemoryBytes / predictedBytes - 1) * 100);
  const words = off === 0 ? 'as' : `${Math.abs(off)} % ${off > 0 ? 'more' : 'less'} than`;
  return `${bytes(peakMemoryBytes)}, ${words} predicted (${bytes(predictedBytes)})`;
}

const fitText = ({ badge, seconds, timeBasis }: FitReport): string =>
  seconds === null ? badge : `${badge}; ${duration(seconds)} (${timeBasis})`;

function stepText({ accumulation }: Rehearsal, result: RehearsalResult): string {
  const { secondsPerStep, microBatchSeconds } = result;
  const one = microBatchSeconds == null ? '' : `, ${accumulation} × ${precise(microBatchSeconds)}`;
  return `${precise(secondsPerStep)}${one}`;
}

const precise = (seconds: number): string =>
  seconds < 10 ? `${seconds.toFixed(2)} s` : duration(seconds);

function wholeRunText({ totalSteps, totalSeconds }: Rehearsal): string {
  return totalSteps === null || totalSeconds === null
    ? 'not known: the corpus is not here'
    : `${duration(totalSeconds)} for ${totalSteps} steps`;
}

const weightsText = ({ quantization, precision }: Rehearsal): string =>
  quantization === 'none' ? `${precision} weights` : `${quantization} weights, ${precision}`;
