import type { MetricName } from '@shared/metrics';
import { type ReactNode, useEffect, useRef } from 'react';
import { fade, onThemeChange, readChartTheme } from './chart-theme';
import type { MetricFeed } from './metric-feed';
import { smooth } from './smoothing';

/** Draws one metric without axes into a canvas of any size. */
export function drawSparkline(
  canvas: HTMLCanvasElement,
  values: Float64Array,
  colour: string,
): void {
  const ratio = devicePixelRatio;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null || values.length < 2) return;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const range = greatest - least || 1;
  const inset = 2 * ratio;
  const trace = (column: Float64Array): Path2D => {
    const path = new Path2D();
    let pen = false;
    column.forEach((value, index) => {
      if (Number.isNaN(value)) {
        pen = false;
        return;
      }
      const x = inset + (index / (column.length - 1)) * (width - 2 * inset);
      const y = inset + (1 - (value - least) / range) * (height - 2 * inset);
      if (pen) path.lineTo(x, y);
      else path.moveTo(x, y);
      pen = true;
    });
    return path;
  };
  context.lineJoin = 'round';
  context.lineWidth = ratio;
  context.strokeStyle = fade(colour, 0.35);
  context.stroke(trace(values));
  context.lineWidth = 1.75 * ratio;
  context.strokeStyle = colour;
  context.stroke(trace(smooth(values, 0.8)));
}

/** A small curve that follows its feed; `label` says in words what it shows. */
export function Sparkline({
  feed,
  metric,
  colour,
  label,
}: {
  readonly feed: MetricFeed;
  readonly metric: MetricName;
  readonly colour: number;
  readonly label: string;
}): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const draw = (): void => {
      if (canvas.current === null) return;
      const stroke = readChartTheme().series[colour] ?? '#888';
      drawSparkline(canvas.current, feed.buffer.column(metric, 'mean'), stroke);
    };
    draw();
    const stops = [feed.onFrame(draw), onThemeChange(draw)];
    const observer = new ResizeObserver(draw);
    if (canvas.current !== null) observer.observe(canvas.current);
    return () => {
      for (const stop of stops) stop();
      observer.disconnect();
    };
  }, [feed, metric, colour]);
  return <canvas ref={canvas} role="img" aria-label={label} className="block h-full w-full" />;
}
