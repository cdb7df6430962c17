/** The four panes of a run: what each draws and how its values read. */
import type { MetricName } from '@shared/metrics';
import { bytes, count, loss, percent, plain, scientific, significant } from '../ui/format';

export interface PaneSeries {
  readonly metric: MetricName;
  readonly title: string;
  /** For narrow panes. */
  readonly brief: string;
  readonly colour: number;
  readonly side: 'left' | 'right';
  /** Whether the least and greatest values and the smoothed line are drawn. */
  readonly noisy: boolean;
  /** Whether its axis follows the choice of a logarithmic scale. */
  readonly logarithmic?: boolean;
  readonly format: (value: number | null) => string;
  /** Short form for the axis, whose ticks are round. */
  readonly tick: (value: number) => string;
}

export interface PaneDefinition {
  readonly id: string;
  readonly title: string;
  readonly series: readonly PaneSeries[];
  readonly validation: 'loss' | 'tokenAccuracy' | null;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
const accuracy = (value: number | null): string => plain(percent(value));
const speed = (value: number | null): string =>
  plain(value === null ? { value: '–', unit: '' } : { ...count(Math.round(value)) });
const memory = (value: number | null): string => plain(bytes(value));

export const panes: readonly PaneDefinition[] = [
  {
    id: 'loss',
    title: 'Loss',
    validation: 'loss',
    series: [
      {
        metric: 'loss',
        title: 'train',
        brief: 'train',
        colour: 0,
        side: 'left',
        noisy: true,
        logarithmic: true,
        format: loss,
        tick: short,
      },
    ],
  },
  {
    id: 'accuracy',
    title: 'Token accuracy',
    validation: 'tokenAccuracy',
    series: [
      {
        metric: 'tokenAccuracy',
        title: 'train',
        brief: 'train',
        colour: 0,
        side: 'left',
        noisy: true,
        format: accuracy,
        tick: (value) => plain(percent(value, 0)),
      },
    ],
  },
  {
    id: 'optimizer',
    title: 'Optimizer',
    validation: null,
    series: [
      {
        metric: 'learningRate',
        title: 'learning rate',
        brief: 'rate',
        colour: 2,
        side: 'left',
        noisy: false,
        format: (value) => scientific(value, 2),
        tick: (value) => scientific(value, 1).replace('.0e', 'e'),
      },
      {
        metric: 'gradNorm',
        title: 'gradient norm',
        brief: 'norm',
        colour: 3,
        side: 'right',
        noisy: true,
        logarithmic: true,
        format: (value) => significant(value),
        tick: short,
      },
    ],
  },
  {
    id: 'machine',
    title: 'Machine',
    validation: null,
    series: [
      {
        metric: 'tokensPerSecond',
        title: 'tokens/s',
        brief: 'tok/s',
        colour: 4,
        side: 'left',
        noisy: true,
        format: speed,
        tick: speed,
      },
      {
        metric: 'peakMemoryBytes',
        title: 'peak memory',
        brief: 'peak',
        colour: 5,
        side: 'right',
        noisy: false,
        format: memory,
        tick: memory,
      },
    ],
  },
];
