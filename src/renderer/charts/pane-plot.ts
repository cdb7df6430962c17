/** One chart pane: a uPlot instance with crosshair, zoom by dragging, and markers. */
import uPlot from 'uplot';
import type { ChartTheme } from './chart-theme';
import { xColumn } from './columns';
import { drawMarkers, withRestarts } from './markers';
import type { MetricFeed } from './metric-feed';
import { type ChartOptions, type Overlay, paneData, paneSeries } from './pane-data';
import type { PaneDefinition } from './pane-definitions';
import { type PlotPointer, plotAxes, plotPointer, valueRange } from './plot-parts';

export interface PanePlotInput extends PlotPointer {
  readonly pane: PaneDefinition;
  readonly feed: MetricFeed;
  readonly overlays: readonly Overlay[];
  readonly options: ChartOptions;
  readonly theme: ChartTheme;
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
    const pointer = plotPointer(input);
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
      axes: plotAxes(
        pane.series.map(({ metric, side, tick }) => ({
          side,
          tick,
          binary: metric === 'peakMemoryBytes',
        })),
        options.x,
        theme,
      ),
      cursor: pointer.cursor ?? {},
      hooks: {
        ...pointer.hooks,
        draw: [
          (plot) => {
            const x = xColumn(feed.buffer, options.x, feed.origin);
            drawMarkers(
              plot,
              feed.buffer,
              withRestarts(feed.buffer.markers, options.restarts ?? []),
              theme,
              (index) => x[index] ?? 0,
            );
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
