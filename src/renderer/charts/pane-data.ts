/** One pane's columns and the series options that go with them, in the same order. */
import uPlot from 'uplot';
import type { ChartTheme } from './chart-theme';
import { dashes, fade } from './chart-theme';
import { metricColumns, type PlotColumn, validationColumn, type XKind, xColumn } from './columns';
import type { Restart } from './markers';
import type { MetricFeed } from './metric-feed';
import type { PaneDefinition } from './pane-definitions';

export interface ChartOptions {
  readonly x: XKind;
  /** 0 is raw; towards 1 smoother. */
  readonly smoothing: number;
  readonly log: boolean;
  /** Restarts that the lab asked for, with their reason. */
  readonly restarts?: readonly Restart[];
}

/** A run drawn over another; `colour` counts from 1, as its own run has colour 0. */
export interface Overlay {
  readonly feed: MetricFeed;
  readonly name: string;
  readonly colour: number;
}

const noPoints = { show: false } as const;

/** Series options of a pane; their order is that of `paneData`. */
export function paneSeries(
  pane: PaneDefinition,
  theme: ChartTheme,
  overlays: readonly Overlay[],
): { series: uPlot.Series[]; bands: uPlot.Band[] } {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  const colourOf = (index: number): string => theme.series[index % theme.series.length] ?? '#888';
  // With other runs over it a colour names a run; alone it names a metric.
  const several = overlays.length > 0;
  for (const { colour, side, noisy, title } of pane.series) {
    const stroke = colourOf(several ? 0 : colour);
    const scale = side;
    if (noisy) {
      const edge = { scale, stroke: fade(stroke, 0.3), width: 1, points: noPoints };
      bands.push({ series: [series.length + 1, series.length], fill: fade(stroke, 0.14) });
      series.push({ ...edge, label: `${title} least` }, { ...edge, label: `${title} greatest` });
      series.push({
        scale,
        stroke: fade(stroke, several ? 0.12 : 0.3),
        width: 1,
        points: noPoints,
        label: title,
      });
    }
    series.push({ scale, stroke, width: noisy ? 2 : 1.5, points: noPoints, label: title });
  }
  if (pane.validation !== null) {
    const stroke = colourOf(1);
    series.push({
      scale: 'left',
      stroke,
      width: 2,
      dash: [6, 4],
      spanGaps: true,
      label: 'validation',
      points: { show: true, size: 6, fill: theme.ground, stroke, width: 2, space: 0 },
    });
  }
  for (const overlay of overlays) {
    for (const { side, title } of pane.series) {
      series.push({
        scale: side,
        stroke: colourOf(overlay.colour),
        dash: [...(dashes[overlay.colour % dashes.length] ?? [])],
        width: 1.5,
        points: noPoints,
        label: `${overlay.name} ${title}`,
      });
    }
  }
  return { series, bands };
}

function ownColumns(pane: PaneDefinition, feed: MetricFeed, options: ChartOptions): PlotColumn[] {
  const columns: PlotColumn[] = [];
  for (const { metric, noisy, logarithmic = false } of pane.series) {
    const log = options.log && logarithmic;
    const { low, high, mean, smoothed } = metricColumns(feed.buffer, metric, {
      smoothing: options.smoothing,
      log,
    });
    // With one step a bucket the band is nothing but the line itself.
    const single = feed.buffer.stepsPerBucket === 1;
    const empty = single ? new Array<undefined>(feed.buffer.count).fill(undefined) : [];
    if (noisy) columns.push(single ? empty : low, single ? empty : high, mean, smoothed);
    else columns.push(mean);
  }
  if (pane.validation !== null) columns.push(validationColumn(feed.buffer, pane.validation));
  return columns;
}

/** Columns of a pane; with overlays, joined over the union of all positions. */
export function paneData(
  pane: PaneDefinition,
  feed: MetricFeed,
  overlays: readonly Overlay[],
  options: ChartOptions,
): uPlot.AlignedData {
  const x = xColumn(feed.buffer, options.x, feed.origin);
  const own = ownColumns(pane, feed, options);
  if (overlays.length === 0) return [x, ...own] as uPlot.AlignedData;
  const tables = [[x, ...own] as uPlot.AlignedData];
  for (const overlay of overlays) {
    const columns = pane.series.map(
      ({ metric, logarithmic = false }) =>
        metricColumns(overlay.feed.buffer, metric, {
          smoothing: options.smoothing,
          log: options.log && logarithmic,
        }).smoothed,
    );
    const position = xColumn(overlay.feed.buffer, options.x, overlay.feed.origin);
    tables.push([position, ...columns] as uPlot.AlignedData);
  }
  return uPlot.join(tables);
}
