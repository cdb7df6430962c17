/** Epochs, checkpoints, restarts and warnings, drawn over a pane. */
import type uPlot from 'uplot';
import type { ChartTheme } from './chart-theme';
import type { MetricBuffer } from './metric-buffer';

/** Room above the plot for names, in CSS pixels. */
const strip = 16;

/** A restart that the lab asked for, and why. */
export interface Restart {
  readonly step: number;
  readonly label: string;
}

export type Marker = MetricBuffer['markers'][number];

/**
 * A restart that the lab asked for says why: the worker's own marker of the same restart takes its
 * label, and one that has none yet gets a marker.
 */
export function withRestarts(
  markers: readonly Marker[],
  restarts: readonly Restart[],
): readonly Marker[] {
  const near = (marker: Marker, step: number): boolean =>
    marker.kind === 'restart' && (marker.step === step || marker.step === step + 1);
  const named = markers.map((marker) => {
    const why = restarts.find(({ step }) => near(marker, step));
    return why === undefined ? marker : { ...marker, label: why.label };
  });
  const added = restarts
    .filter(({ step }) => !markers.some((marker) => near(marker, step)))
    .map(({ step, label }) => ({ kind: 'restart' as const, step: Math.max(1, step), label }));
  return [...named, ...added].sort((a, b) => a.step - b.step);
}

/** Draws the markers at the positions that `xOf` gives to their buckets. */
export function drawMarkers(
  plot: uPlot,
  buffer: MetricBuffer,
  markers: readonly Marker[],
  theme: ChartTheme,
  xOf: (index: number) => number,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const first = (buffer.step[0] ?? 0) - buffer.stepsPerBucket;
  const last = buffer.step[buffer.count - 1] ?? 0;
  ctx.save();
  ctx.beginPath();
  // The strip above the plot holds the names.
  ctx.rect(
    bbox.left,
    bbox.top - strip * ratio,
    bbox.width + 5 * ratio,
    bbox.height + strip * ratio,
  );
  ctx.clip();
  ctx.font = `${10 * ratio}px ${theme.sans}`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  let labelEnd = Number.NEGATIVE_INFINITY;
  let width = 0;
  for (const marker of markers) {
    if (marker.step < first || marker.step > last) continue;
    const x = plot.valToPos(xOf(buffer.indexOfStep(marker.step)), 'x', true);
    switch (marker.kind) {
      case 'epoch':
        line(ctx, x, bbox, theme.line, 1 * ratio, [3 * ratio, 3 * ratio]);
        width = ctx.measureText(marker.label).width + 4 * ratio;
        if (x - width > labelEnd) {
          ctx.fillStyle = theme.faint;
          // Before its line, where the epoch lies; after it when there is no room.
          const fits = x - width >= bbox.left;
          ctx.fillText(marker.label, fits ? x - width : x + 4 * ratio, bbox.top - 13 * ratio);
          labelEnd = x + (fits ? 8 * ratio : width + 8 * ratio);
        }
        break;
      case 'checkpoint':
        triangle(ctx, x, bbox.top + bbox.height, 4 * ratio, theme.faint);
        break;
      case 'restart':
        line(ctx, x, bbox, theme.accent, 1.5 * ratio, []);
        ctx.fillStyle = theme.accent;
        ctx.fillText(marker.label, x + 4 * ratio, bbox.top - 13 * ratio);
        labelEnd = x + ctx.measureText(marker.label).width + 12 * ratio;
        break;
      case 'warning':
        line(ctx, x, bbox, theme.warning, 1 * ratio, [2 * ratio, 2 * ratio]);
        break;
    }
  }
  ctx.restore();
}

function line(
  ctx: CanvasRenderingContext2D,
  x: number,
  box: uPlot.BBox,
  colour: string,
  width: number,
  dash: number[],
): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(Math.round(x) + 0.5, box.top);
  ctx.lineTo(Math.round(x) + 0.5, box.top + box.height);
  ctx.stroke();
  ctx.setLineDash([]);
}

function triangle(
  ctx: CanvasRenderingContext2D,
  x: number,
  bottom: number,
  size: number,
  colour: string,
): void {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(x - size, bottom);
  ctx.lineTo(x + size, bottom);
  ctx.lineTo(x, bottom - 1.6 * size);
  ctx.fill();
}
