/** A window of a run's curves, reduced to buckets that keep every spike. */
import { type MetricName, type MetricWindow, metricNames } from '@shared/metrics';
import type { RunHistory } from './run-history';

export interface WindowRequest {
  readonly runId: string;
  readonly fromStep?: number | undefined;
  readonly toStep?: number | undefined;
  readonly maxPoints: number;
}

/** At most `maxPoints` buckets of consecutive steps, each with low, mean and high of every metric. */
export function metricWindow(history: RunHistory, request: WindowRequest): MetricWindow {
  const { steps, facts } = history;
  const begin = request.fromStep === undefined ? 0 : steps.indexAfter(request.fromStep - 1);
  const end = request.toStep === undefined ? steps.length : steps.indexAfter(request.toStep);
  const size = Math.max(1, Math.ceil((end - begin) / request.maxPoints));
  const last: number[] = [];
  for (let from = begin; from < end; from += size) last.push(Math.min(from + size, end) - 1);
  const pick = (name: 'step' | 'epoch' | 'time' | 'targetTokens'): number[] => {
    const column = steps.column(name);
    return last.map((row) => column[row] ?? 0);
  };
  const series = Object.fromEntries(
    metricNames.map((name) => [name, reduceColumn(steps.column(name), begin, end, size)]),
  ) as Record<MetricName, Reduced>;
  const step = steps.column('step');
  return {
    runId: request.runId,
    firstStep: step[0] ?? 0,
    lastStep: steps.lastStep(),
    stepsPerBucket: size,
    step: pick('step'),
    epoch: pick('epoch'),
    tokens: pick('targetTokens'),
    time: pick('time'),
    series,
    validation: facts.validation,
    markers: [...facts.markers, ...epochMarkers(facts.stepsPerEpoch, steps.lastStep())],
  };
}

interface Reduced {
  low: (number | null)[];
  mean: (number | null)[];
  high: (number | null)[];
}

function reduceColumn(column: Float64Array, begin: number, end: number, size: number): Reduced {
  const reduced: Reduced = { low: [], mean: [], high: [] };
  for (let from = begin; from < end; from += size) {
    const to = Math.min(from + size, end);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let sum = 0;
    let count = 0;
    for (let row = from; row < to; row += 1) {
      const value = column[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      sum += value;
      count += 1;
    }
    reduced.low.push(count === 0 ? null : low);
    reduced.mean.push(count === 0 ? null : sum / count);
    reduced.high.push(count === 0 ? null : high);
  }
  return reduced;
}

const mostEpochMarkers = 50;

function epochMarkers(stepsPerEpoch: number | null, lastStep: number): MetricWindow['markers'] {
  if (stepsPerEpoch === null || lastStep / stepsPerEpoch > mostEpochMarkers) return [];
  const markers: MetricWindow['markers'] = [];
  for (let epoch = 1; epoch * stepsPerEpoch <= lastStep; epoch += 1) {
    markers.push({ kind: 'epoch', step: epoch * stepsPerEpoch, label: `epoch ${epoch}` });
  }
  return markers;
}
