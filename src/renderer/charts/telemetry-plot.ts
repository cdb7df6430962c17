/** One pane of the device: a plot over the same positions as the run's curves. */
import uPlot from 'uplot';
import type { ChartTheme } from './chart-theme';
import { dashes } from './chart-theme';
import { type XKind, xColumn } from './columns';
import { drawMarkers, type Restart, withRestarts } from './markers';
import type { MetricFeed } from './metric-feed';
import { type PlotPointer, plotAxes, plotPointer, valueRange } from './plot-parts';
import { type TelemetryData, type TelemetryFeed, telemetryData } from './telemetry-feed';
import type { TelemetryPaneDefinition } from './telemetry-panes';

export interface TelemetryPlotInput extends PlotPointer {
  readonly pane: TelemetryPaneDefinition;
  readonly telemetry: TelemetryFeed;
  readonly feed: MetricFeed;
  readonly x: XKind;
  readonly restarts: readonly Restart[];
  readonly theme: ChartTheme;
  /** Values at the crosshair, or the last ones. */
  readonly onValues: (values: readonly (number | null)[]) => void;
}

const noPoints = { show: false } as const;

export class TelemetryPlot {
  private readonly plot: uPlot;
  private readonly observer: ResizeObserver;
  private data: TelemetryData = { x: [], columns: [] };

  constructor(
    element: HTMLElement,
    private readonly input: TelemetryPlotInput,
  ) {
    const { pane, theme, x } = input;
    const pointer = plotPointer(input);
    const colourOf = (index: number): string => theme.series[index] ?? '#888';
    this.plot = new uPlot(
      {
        width: Math.max(80, element.clientWidth),
        height: Math.max(60, element.clientHeight),
        padding: [16, pane.series.some(({ side }) => side === 'right') ? 0 : 12, 0, 0],
        series: [
          {},
          ...pane.series.map(({ colour, side, title }, at) => ({
            scale: side,
            stroke: colourOf(colour),
            width: 1.5,
            dash: [...(dashes[at] ?? [])],
            points: noPoints,
            label: title,
          })),
        ],
        legend: noPoints,
        scales: {
          x: { time: false, range: () => this.xRange() },
          left: { range: (plot, low, high) => this.valuesRange(plot, low, high, 'left') },
          right: { range: (plot, low, high) => this.valuesRange(plot, low, high, 'right') },
        },
        axes: plotAxes(pane.series, x, theme),
        cursor: pointer.cursor ?? {},
        hooks: {
          ...pointer.hooks,
          setCursor: [...(pointer.hooks?.setCursor ?? []), () => this.tell()],
          draw: [(plot) => this.drawTotal(plot), (plot) => this.drawMarkers(plot)],
        },
      },
      this.columns(),
      element,
    );
    this.observer = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientHeight > 0) {
        this.plot.setSize({ width: element.clientWidth, height: element.clientHeight });
      }
    });
    this.observer.observe(element);
    this.tell();
  }

  private columns(): uPlot.AlignedData {
    const { telemetry, pane, x, feed } = this.input;
    this.data =
      telemetry.window === null
        ? { x: [], columns: pane.series.map(() => []) }
        : telemetryData(
            telemetry.window,
            pane.series.map(({ column }) => column),
            x,
            feed.buffer,
            feed.origin,
          );
    return [this.data.x, ...this.data.columns];
  }

  /** What the curves above show, so that a position means the same in every pane. */
  private xRange(): uPlot.Range.MinMax {
    const x = xColumn(this.input.feed.buffer, this.input.x, this.input.feed.origin);
    return [x[0] ?? this.data.x[0] ?? 0, x[x.length - 1] ?? this.data.x.at(-1) ?? 1];
  }

  private valuesRange(
    plot: uPlot,
    low: number | null,
    high: number | null,
    side: 'left' | 'right',
  ): uPlot.Range.MinMax {
    const series = this.input.pane.series.find((entry) => entry.side === side);
    if (series?.column === 'busyShare') return [0, 1];
    const total = this.total();
    if (series?.column === 'memoryUsedBytes' && total !== null) return [0, total * 1.04];
    return valueRange(plot, low, high);
  }

  private total(): number | null {
    return this.input.telemetry.window?.memoryTotalBytes ?? null;
  }

  /** The memory that the device has, as a line that the curve must stay under. */
  private drawTotal(plot: uPlot): void {
    const total = this.total();
    if (total === null || !this.input.pane.series.some((entry) => entry.binary)) return;
    const { ctx, bbox } = plot;
    const y = Math.round(plot.valToPos(total, 'left', true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = this.input.theme.faint;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }

  private drawMarkers(plot: uPlot): void {
    const { feed, x, restarts, theme } = this.input;
    const positions = xColumn(feed.buffer, x, feed.origin);
    const markers = withRestarts(feed.buffer.markers, restarts);
    drawMarkers(plot, feed.buffer, markers, theme, (index) => positions[index] ?? 0);
  }

  private tell(): void {
    const index = this.plot.cursor.idx;
    const at = typeof index === 'number' ? index : this.data.x.length - 1;
    this.input.onValues(this.data.columns.map((column) => column[at] ?? null));
  }

  redraw(): void {
    this.plot.setData(this.columns());
    this.tell();
  }

  moveCursor(share: number | null): void {
    const { width } = this.plot.rect;
    this.plot.setCursor(
      share === null ? { left: -10, top: -10 } : { left: share * width, top: 10 },
    );
  }

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
