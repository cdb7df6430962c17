/** One chart pane: a uPlot instance with crosshair, zoom by dragging, and markers. */
import uPlot from 'uplot';
import type { ChartTheme } from './chart-theme';
import { xColumn } from './columns';
import { drawMarkers } from './markers';
import type { MetricFeed } from './metric-feed';
import { type ChartOptions, type Overlay, paneData, paneSeries } from './pane-data';
import type { PaneDefinition } from './pane-definitions';

export interface PanePlotInput {
  readonly pane: PaneDefinition;
  readonly feed: MetricFeed;
  readonly overlays: readonly Overlay[];
  readonly options: ChartOptions;
  readonly theme: ChartTheme;
  /** Panes with the same key share their crosshair. */
  readonly syncKey: string;
  /** Position under the crosshair; `null` when it left. */
  readonly onCursor: (x: number | null) => void;
  readonly onZoom: (fromX: number, toX: number) => void;
  readonly onReset: () => void;
}

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
function cursorFill(plot: uPlot, index: number): string {
  const { width = 0, spanGaps = false, stroke } = plot.series[index] ?? {};
  const colour = typeof stroke === 'function' ? stroke(plot, index) : stroke;
  return width >= 1.5 && !spanGaps && typeof colour === 'string' ? colour : 'transparent';
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact' });

function axes({ pane, options, theme }: PanePlotInput): uPlot.Axis[] {
  const common = {
    stroke: theme.faint,
    font: `11px ${theme.sans}`,
    ticks: { show: false },
  } as const;
  const grid = { stroke: theme.line, width: 1 };
  const valueAxis = (scale: 'left' | 'right'): uPlot.Axis => {
    const series = pane.series.find((entry) => entry.side === scale);
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
      ...(series?.metric === 'peakMemoryBytes' ? { incrs: binaryIncrements } : {}),
    };
  };
  const sides: uPlot.Axis[] = [
    {
      ...common,
      grid: { show: false },
      size: 24,
      gap: 2,
      space: 64,
      ...(options.x === 'time' ? { incrs: timeIncrements } : {}),
      values: (_plot, splits) =>
        splits.map((value) => (options.x === 'time' ? clock(value) : compact.format(value))),
    },
    valueAxis('left'),
  ];
  if (pane.series.some((series) => series.side === 'right')) sides.push(valueAxis('right'));
  return sides;
}

/** A little room above and below; all-equal values get a visible range of their own. */
function valueRange(_plot: uPlot, low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low === null || high === null) return [0, 1];
  if (low === high)
    return low === 0 ? [0, 1] : [low - Math.abs(low) / 10, low + Math.abs(low) / 10];
  const room = (high - low) * 0.06;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/** Builds the pane inside `element`; `redraw` takes the feed's data as they are now. */
export class PanePlot {
  private readonly plot: uPlot;
  private readonly observer: ResizeObserver;

  constructor(
    element: HTMLElement,
    private readonly input: PanePlotInput,
  ) {
    const { pane, feed, overlays, options, theme } = input;
    const { series, bands } = paneSeries(pane, theme, overlays);
    const scaleOf = (side: 'left' | 'right'): uPlot.Scale =>
      options.log && pane.series.some((entry) => entry.side === side && entry.logarithmic === true)
        ? { distr: 3 }
        : { range: valueRange };
    const settings: uPlot.Options = {
      width: Math.max(80, element.clientWidth),
      height: Math.max(60, element.clientHeight),
      padding: [16, pane.series.some(({ side }) => side === 'right') ? 0 : 12, 0, 0],
      series,
      bands,
      legend: { show: false },
      scales: { x: { time: false }, left: scaleOf('left'), right: scaleOf('right') },
      axes: axes(input),
      cursor: {
        y: false,
        sync: { key: input.syncKey, scales: ['x', null] },
        drag: { x: true, y: false, setScale: false },
        points: { size: 6, width: 0, fill: cursorFill },
        bind: { dblclick: () => this.reset },
      },
      hooks: {
        draw: [
          (plot) => {
            const x = xColumn(feed.buffer, options.x, feed.origin);
            drawMarkers(plot, feed.buffer, theme, (index) => x[index] ?? 0);
          },
        ],
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
    this.plot = new uPlot(settings, paneData(pane, feed, overlays, options), element);
    this.observer = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientHeight > 0) {
        this.plot.setSize({ width: element.clientWidth, height: element.clientHeight });
      }
    });
    this.observer.observe(element);
  }

  private readonly reset = (): null => {
    this.input.onReset();
    return null;
  };

  redraw(): void {
    const { pane, feed, overlays, options } = this.input;
    this.plot.setData(paneData(pane, feed, overlays, options));
  }

  /** Puts the crosshair at a share of the width; `null` takes it away. */
  moveCursor(share: number | null): void {
    const { width } = this.plot.rect;
    this.plot.setCursor(
      share === null ? { left: -10, top: -10 } : { left: share * width, top: 10 },
    );
  }

  /** The position at a share of the width. */
  positionAt(share: number): number {
    return this.plot.posToVal(share * this.plot.rect.width, 'x');
  }

  get canvas(): HTMLCanvasElement {
    return this.plot.ctx.canvas;
  }

  close(): void {
    this.observer.disconnect();
    this.plot.destroy();
  }
}
