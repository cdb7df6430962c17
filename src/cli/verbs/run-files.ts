/** `lab runs metrics/log`. */
import type { LabClient } from '@lab/rpc/router';
import type { MetricWindow } from '@shared/metrics';
import { withLab } from '../open-lab';
import { table } from '../text/table';
import { bytes, decimal, percent } from '../text/units';
import type { Answer, CommonOptions } from '../verb';
import { findRun } from './find';
import { numberOption } from './options';

export interface MetricsOptions extends CommonOptions {
  readonly points: string;
}

export interface LogOptions extends CommonOptions {
  readonly lines?: string;
}

export function showMetrics(typed: string, options: MetricsOptions): Promise<Answer> {
  const points = numberOption('points', options.points);
  return withLab(options, async ({ client }) => {
    const { id } = await findRun(client, typed);
    const window = await client.runs.metrics({ id, maxPoints: Math.max(10, points) });
    return { value: window, text: metricsText(window) };
  });
}

function metricsText({ step, epoch, series }: MetricWindow): string {
  const at = (name: keyof typeof series, index: number): number | null =>
    series[name]?.mean[index] ?? null;
  return table(
    [
      { title: 'step', align: 'right' },
      { title: 'epoch', align: 'right' },
      { title: 'loss', align: 'right' },
      { title: 'accuracy', align: 'right' },
      { title: 'rate', align: 'right' },
      { title: 'grad norm', align: 'right' },
      { title: 'tokens/s', align: 'right' },
      { title: 'peak memory', align: 'right' },
    ],
    step.map((value, index) => [
      String(value),
      decimal(epoch[index] ?? null, 2),
      decimal(at('loss', index), 4),
      percent(at('tokenAccuracy', index)),
      at('learningRate', index)?.toExponential(2) ?? '–',
      decimal(at('gradNorm', index)),
      decimal(at('tokensPerSecond', index), 0),
      bytes(at('peakMemoryBytes', index)),
    ]),
    'This run has no step yet.',
  );
}

export function showLog(typed: string, options: LogOptions): Promise<Answer> {
  const lines = options.lines === undefined ? null : numberOption('lines', options.lines);
  return withLab(options, async ({ client }) => {
    const { id } = await findRun(client, typed);
    const whole = await wholeLog(client, id);
    const text = lines === null ? whole : whole.trimEnd().split('\n').slice(-lines).join('\n');
    return { value: { id, text }, text: text.trimEnd() };
  });
}

async function wholeLog(client: LabClient, id: string): Promise<string> {
  const parts: string[] = [];
  let fromByte = 0;
  for (;;) {
    const part = await client.runs.log({ id, fromByte });
    parts.push(part.text);
    if (part.end || part.nextByte <= fromByte) return parts.join('');
    fromByte = part.nextByte;
  }
}
