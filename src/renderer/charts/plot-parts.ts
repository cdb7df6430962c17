/** What every plot has in common: its axes, its crosshair, and zoom by dragging. */
import type uPlot from 'uplot';
import type { ChartTheme } from './chart-theme';
import type { XKind } from './columns';

/** Ticks of memory fall on round binary amounts. */
const binaryIncrements = Array.from({ length: 38 }, (_, power) => 2 ** (power + 10));

/** Ticks of time fall on seconds, minutes and hours that people count in. */
const timeIncrements = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
  172_800, 604_800,
];

/** 30 s, 15 min, 1:30 h. */
export function clock(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600 && seconds % 60 === 0) return `${seconds / 60} min`;
  const small = String(Math.round(seconds < 3600 ? seconds % 60 : (seconds % 3600) / 60));
  const large = Math.floor(seconds / (seconds < 3600 ? 60 : 3600));
  return `${large}:${small.padStart(2, '0')} ${seconds < 3600 ? 'min' : 'h'}`;
}

/** Dots under the crosshair only for the lines that are read: not for bands, raw lines, validation. */
export function cursorFill(plot: uPlot, index: number): string {
  const { width = 0, spanGaps = false, stroke } = plot.series[index] ?? {};
  const colour = typeof stroke === 'function' ? stroke(plot, index) : stroke;
  return width >= 1.5 && !spanGaps && typeof colour === 'string' ? colour : 'transparent';
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact' });

export interface AxisSeries {
  readonly side: 'left' | 'right';
  /** Its ticks fall on round binary amounts. */
  readonly binary: boolean;
  readonly tick: (value: number) => string;
}

/** The axis below, one at the left, and one at the right when a series asks for it. */
export function plotAxes(lines: readonly AxisSeries[], x: XKind, theme: ChartTheme): uPlot.Axis[] {
  const common = {
    stroke: theme.faint,
    font: `11px ${theme.sans}`,
    ticks: { show: false },
  } as const;
  const grid = { stroke: theme.line, width: 1 };
  const valueAxis = (scale: 'left' | 'right'): uPlot.Axis => {
    const series = lines.find((entry) => entry.side === scale);
    const tick = series?.tick ?? String;
    return {
      ...common,
      scale,
      side: scale === 'left' ? 3 : 1,
      size: 58,
      gap: 4,
      space: 36,
      grid: scale === 'left' ? grid : { show: false },
      values: (_plot, splits) => splits.map((value) => (value === null ? '' : tick(value))),
      ...(series?.binary === true ? { incrs: binaryIncrements } : {}),
    };
  };
  const sides: uPlot.Axis[] = [
    {
      ...common,
      grid: { show: false },
      size: 24,
      gap: 2,
      space: 64,
      ...(x === 'time' ? { incrs: timeIncrements } : {}),
      values: (_plot, splits) =>
        splits.map((value) => (x === 'time' ? clock(value) : compact.format(value))),
    },
    valueAxis('left'),
  ];
  if (lines.some((series) => series.side === 'right')) sides.push(valueAxis('right'));
  return sides;
}

/** A little room above and below; all-equal values get a visible range of their own. */
export function valueRange(
  _plot: uPlot,
  low: number | null,
  high: number | null,
): uPlot.Range.MinMax {
  if (low === null || high === null) return [0, 1];
  if (low === high)
    return low === 0 ? [0, 1] : [low - Math.abs(low) / 10, low + Math.abs(low) / 10];
  const room = (high - low) * 0.06;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

export interface PlotPointer {
  /** Panes with the same key share their crosshair. */
  readonly syncKey: string;
  /** Position under the crosshair; `null` when it left. */
  readonly onCursor: (x: number | null) => void;
  readonly onZoom: (fromX: number, toX: number) => void;
  readonly onReset: () => void;
}

/** Crosshair and zoom of one plot; dragging tells the positions and leaves the scale alone. */
export function plotPointer(input: PlotPointer): Pick<uPlot.Options, 'cursor' | 'hooks'> {
  const reset = (): null => {
    input.onReset();
    return null;
  };
  return {
    cursor: {
      y: false,
      sync: { key: input.syncKey, scales: ['x', null] },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6, width: 0, fill: cursorFill },
      bind: { dblclick: () => reset },
    },
    hooks: {
      setCursor: [
        (plot) => {
          const { left } = plot.cursor;
          const outside = left === undefined || left < 0;
          input.onCursor(outside ? null : plot.posToVal(left, 'x'));
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          const from = plot.posToVal(left, 'x');
          const to = plot.posToVal(left + width, 'x');
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          input.onZoom(from, to);
        },
      ],
    },
  };
}
