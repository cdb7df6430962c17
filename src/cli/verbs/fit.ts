/** `lab fit`. */
import type { FitReport, FitVerdict } from '@shared/fit';
import { withLab } from '../open-lab';
import { bold, dim, green, red, yellow } from '../text/style';
import { facts, table } from '../text/table';
import { bytes, duration } from '../text/units';
import type { Answer, CommonOptions } from '../verb';
import { overridesOption } from './options';

export interface FitOptions extends CommonOptions {
  readonly set?: readonly string[];
  readonly device?: string;
}

const paint: Readonly<Record<FitVerdict, (text: string) => string>> = {
  fits: green,
  tight: yellow,
  'does not fit': red,
};

/** Predicted memory and time; exit 3 when it does not fit. */
export function fit(preset: string, options: FitOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const report = await client.fit.predict({
      preset,
      overrides: { ...overridesOption(options.set) },
      ...(options.device === undefined ? {} : { device: options.device }),
    });
    return {
      value: report,
      text: fitText(report),
      exitCode: report.verdict === 'does not fit' ? 3 : 0,
    };
  });
}

export function fitText(report: FitReport): string {
  const parts = table(
    [{ title: 'part' }, { title: 'memory', align: 'right' }, { title: 'how it comes about' }],
    [
      ...report.parts.map(({ part, bytes: size, explanation }) => [part, bytes(size), explanation]),
      [bold('total'), bold(bytes(report.totalBytes)), `of ${bytes(report.usableBytes)} usable`],
    ],
    'Nothing is predicted.',
  );
  return [
    `${bold(report.preset)} on ${report.device.name}: ${paint[report.verdict](report.badge)}`,
    report.sentence,
    '',
    parts,
    '',
    facts([
      ['batch', `${report.microBatch} × ${report.accumulation}, up to ${report.maxLength} tokens`],
      ['computes in', `${report.precision}, base model ${report.quantization}`],
      ['time', timeText(report)],
      ['calibration', calibrationText(report)],
    ]),
    ...changesText(report),
    ...report.notes.map((note) => dim(note)),
  ].join('\n');
}

function timeText({ steps, secondsPerStep, seconds, timeBasis }: FitReport): string {
  if (secondsPerStep === null) return 'not known yet';
  const each = `${secondsPerStep < 10 ? secondsPerStep.toFixed(1) : Math.round(secondsPerStep)} s a step`;
  const whole =
    seconds === null || steps === null
      ? 'the corpus is missing, so the number of steps is not known'
      : `${duration(seconds)} for ${steps} steps`;
  return `${whole}, ${each} (${timeBasis})`;
}

function calibrationText({ calibration }: FitReport): string {
  if (calibration === null) return 'none yet: a training or a rehearsal on this device makes one';
  const { factor, measurements } = calibration;
  return `× ${factor.toFixed(2)} on activations and overhead, from ${measurements} measured ${measurements === 1 ? 'peak' : 'peaks'}`;
}

function changesText({ changes, verdict }: FitReport): string[] {
  if (changes.length === 0) {
    return verdict === 'does not fit' ? ['', 'No change of the preset makes it fit here.'] : [];
  }
  const lines = changes.map(({ title, overrides, totalBytes, verdict: then }) => {
    const sets = Object.entries(overrides).map(([path, value]) => `--set ${path}=${value}`);
    return `  ${title}: ${bytes(totalBytes)}, ${then}  ${dim(sets.join(' '))}`;
  });
  return ['', 'Nearest changes:', ...lines];
}
