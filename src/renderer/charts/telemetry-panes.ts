/** The panes of the device: what each draws and how its values read. */
import { bytes, percent, plain, significant } from '../ui/format';
import type { TelemetryColumn, TelemetryFeed } from './telemetry-feed';

export interface TelemetrySeries {
  readonly column: TelemetryColumn;
  readonly title: string;
  readonly brief: string;
  readonly colour: number;
  readonly side: 'left' | 'right';
  readonly binary: boolean;
  readonly format: (value: number | null) => string;
  readonly tick: (value: number) => string;
}

export interface TelemetryPaneDefinition {
  readonly id: string;
  readonly title: string;
  readonly series: readonly TelemetrySeries[];
}

const unit = (name: string) => (value: number | null) =>
  value === null ? '–' : plain({ value: significant(value, 3), unit: name });

const share = (value: number | null): string => plain(percent(value, 0));
const memory = (value: number | null): string => plain(bytes(value));

const all: readonly TelemetryPaneDefinition[] = [
  {
    id: 'device-load',
    title: 'Device load',
    series: [
      {
        column: 'memoryUsedBytes',
        title: 'memory used',
        brief: 'memory',
        colour: 5,
        side: 'left',
        binary: true,
        format: memory,
        tick: memory,
      },
      {
        column: 'busyShare',
        title: 'busy',
        brief: 'busy',
        colour: 2,
        side: 'right',
        binary: false,
        format: share,
        tick: share,
      },
    ],
  },
  {
    id: 'device-heat',
    title: 'Heat and power',
    series: [
      {
        column: 'temperatureCelsius',
        title: 'temperature',
        brief: 'temp.',
        colour: 1,
        side: 'left',
        binary: false,
        format: unit('°C'),
        tick: (value) => `${value} °C`,
      },
      {
        column: 'powerWatts',
        title: 'power',
        brief: 'power',
        colour: 3,
        side: 'right',
        binary: false,
        format: unit('W'),
        tick: (value) => `${value} W`,
      },
    ],
  },
];

/** Only what the device says; a lone series has the left axis. */
export function telemetryPanes(
  feed: Pick<TelemetryFeed, 'has'>,
): readonly TelemetryPaneDefinition[] {
  return all.flatMap((pane) => {
    const series = pane.series.filter(({ column }) => feed.has(column));
    const [only] = series;
    if (only === undefined) return [];
    return [
      series.length === 1
        ? { ...pane, title: capital(only.title), series: [{ ...only, side: 'left' as const }] }
        : { ...pane, series },
    ];
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
