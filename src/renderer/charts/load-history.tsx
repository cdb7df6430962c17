import { type ReactNode, useEffect, useRef } from 'react';
import { fade, onThemeChange, readChartTheme } from './chart-theme';

/** Two minutes at one reading a second. */
const readings = 120;

/** The last readings of a share between 0 and 1, newest at the end. */
export class LoadHistory {
  readonly values = new Float64Array(readings).fill(Number.NaN);
  private readonly listeners = new Set<() => void>();

  push(value: number): void {
    this.values.copyWithin(0, 1);
    this.values[readings - 1] = value;
    for (const listener of this.listeners) listener();
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

function draw(canvas: HTMLCanvasElement, values: Float64Array): void {
  const ratio = devicePixelRatio;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { accent, line } = readChartTheme();
  context.strokeStyle = line;
  context.lineWidth = ratio;
  for (const share of [0, 0.5, 1]) {
    const y = Math.round((1 - share) * (height - ratio)) + ratio / 2;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
  }
  const area = new Path2D();
  const edge = new Path2D();
  let first = -1;
  values.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const x = (index / (readings - 1)) * width;
    const y = (1 - value) * (height - 2 * ratio) + ratio;
    if (first < 0) {
      first = x;
      area.moveTo(x, height);
      edge.moveTo(x, y);
    }
    area.lineTo(x, y);
    edge.lineTo(x, y);
  });
  if (first < 0) return;
  area.lineTo(width, height);
  context.fillStyle = fade(accent, 0.14);
  context.fill(area);
  context.strokeStyle = accent;
  context.lineWidth = 1.5 * ratio;
  context.stroke(edge);
}

/** How busy the machine was in the last two minutes. */
export function LoadHistoryView({
  history,
  label,
}: {
  readonly history: LoadHistory;
  readonly label: string;
}): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const redraw = (): void => {
      if (canvas.current !== null) draw(canvas.current, history.values);
    };
    redraw();
    const stops = [history.listen(redraw), onThemeChange(redraw)];
    const observer = new ResizeObserver(redraw);
    if (canvas.current !== null) observer.observe(canvas.current);
    return () => {
      for (const stop of stops) stop();
      observer.disconnect();
    };
  }, [history]);
  return (
    <div className="relative h-full">
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        className="absolute inset-0 block h-full w-full"
      />
    </div>
  );
}
