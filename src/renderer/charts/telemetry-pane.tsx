import { type ReactNode, useEffect, useRef } from 'react';
import { bytes, plain } from '../ui/format';
import { type PaneHandle, PaneKey } from './chart-pane';
import { TelemetryPlot, type TelemetryPlotInput } from './telemetry-plot';

/** A pane of the device, under the curves and under the same crosshair. */
export function TelemetryPane({
  handles,
  ...input
}: Omit<TelemetryPlotInput, 'onValues'> & {
  readonly handles: Map<string, PaneHandle>;
}): ReactNode {
  const { pane, telemetry, feed, x, restarts, theme, syncKey, onCursor, onZoom, onReset } = input;
  const box = useRef<HTMLDivElement>(null);
  const values = useRef(new Map<string, HTMLElement>());

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const plot = new TelemetryPlot(element, {
      pane,
      telemetry,
      feed,
      x,
      restarts,
      theme,
      syncKey,
      onCursor,
      onZoom,
      onReset,
      onValues: (list) => {
        const words = pane.series.map(({ title, format }, at) => {
          const text = format(list[at] ?? null);
          const target = values.current.get(pane.series[at]?.column ?? '');
          if (target !== undefined) target.textContent = text;
          return `${title} ${text}`;
        });
        element.setAttribute('aria-label', `${pane.title}: ${words.join(', ')}`);
      },
    });
    handles.set(pane.id, {
      title: pane.title,
      canvas: plot.canvas,
      moveCursor: (share) => plot.moveCursor(share),
      positionAt: (share) => plot.positionAt(share),
    });
    const stops = [telemetry.onFrame(() => plot.redraw()), feed.onFrame(() => plot.redraw())];
    return () => {
      for (const stop of stops) stop();
      handles.delete(pane.id);
      plot.close();
    };
  }, [pane, telemetry, feed, x, restarts, theme, syncKey, onCursor, onZoom, onReset, handles]);

  const keep = (name: string) => (element: HTMLElement | null) => {
    if (element === null) values.current.delete(name);
    else values.current.set(name, element);
  };
  const total = telemetry.window?.memoryTotalBytes ?? null;
  return (
    <div className="@container flex min-h-0 min-w-0 flex-col bg-panel pt-2 pr-2">
      <div className="flex min-w-0 items-baseline gap-2 pb-1 pl-3 @sm:pl-4">
        <h3 className="shrink-0 text-xs font-semibold">{pane.title}</h3>
        <div className="flex min-w-0 flex-1 justify-end gap-2 overflow-hidden text-xs whitespace-nowrap @sm:gap-3">
          {pane.series.map((series, at) => (
            <PaneKey
              key={series.column}
              colour={theme.series[series.colour]}
              dashed={at > 0}
              title={series.title}
              brief={series.brief}
              valueRef={keep(series.column)}
              after={
                series.column === 'memoryUsedBytes' && total !== null
                  ? `of ${plain(bytes(total))}`
                  : ''
              }
            />
          ))}
        </div>
      </div>
      <div className="relative min-h-0 flex-1">
        <div ref={box} role="img" aria-label={pane.title} className="absolute inset-0" />
      </div>
    </div>
  );
}
