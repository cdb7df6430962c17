import { type ReactNode, useEffect, useRef } from 'react';
import { integer } from '../ui/format';
import type { MetricBuffer } from './metric-buffer';
import type { PaneDefinition } from './pane-definitions';
import { PanePlot, type PanePlotInput } from './pane-plot';

export interface PaneHandle {
  readonly title: string;
  readonly canvas: HTMLCanvasElement;
  readonly moveCursor: (share: number | null) => void;
  readonly positionAt: (share: number) => number;
}

/** What a pane shows now, in words: `Loss: 0.412 at step 412`. */
export function paneLabel(pane: PaneDefinition, buffer: MetricBuffer): string {
  if (buffer.count === 0) return `${pane.title}: no step yet`;
  const values = pane.series.map(({ metric, title, format }) => {
    const value = format(buffer.value(metric, 'mean', buffer.count - 1));
    return pane.series.length === 1 ? value : `${title} ${value}`;
  });
  return `${pane.title}: ${values.join(', ')} at step ${integer(buffer.lastStep)}`;
}

/** One pane: its title, the legend with current values, and the plot. */
export function ChartPane({
  handles,
  ...input
}: PanePlotInput & { readonly handles: Map<string, PaneHandle> }): ReactNode {
  const { pane, feed, overlays, options, theme, syncKey, onCursor, onZoom, onReset } = input;
  const box = useRef<HTMLDivElement>(null);
  const values = useRef(new Map<string, HTMLElement>());

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const plot = new PanePlot(element, {
      pane,
      feed,
      overlays,
      options,
      theme,
      syncKey,
      onCursor,
      onZoom,
      onReset,
    });
    handles.set(pane.id, {
      title: pane.title,
      canvas: plot.canvas,
      moveCursor: (share) => plot.moveCursor(share),
      positionAt: (share) => plot.positionAt(share),
    });
    const tell = (): void => {
      const { buffer } = feed;
      element.setAttribute('aria-label', paneLabel(pane, buffer));
      element.setAttribute('data-last-step', String(buffer.lastStep));
      for (const { metric, format } of pane.series) {
        const target = values.current.get(metric);
        if (target !== undefined) {
          target.textContent = format(buffer.value(metric, 'mean', buffer.count - 1));
        }
      }
      const target = values.current.get('validation');
      if (target !== undefined && pane.validation !== null) {
        const last = buffer.validation.at(-1);
        const value = last === undefined ? null : last[pane.validation];
        target.textContent = pane.series[0]?.format(value) ?? '';
      }
    };
    tell();
    const stops = [
      feed.onFrame(() => {
        plot.redraw();
        tell();
      }),
      ...overlays.map((overlay) => overlay.feed.onFrame(() => plot.redraw())),
    ];
    return () => {
      for (const stop of stops) stop();
      handles.delete(pane.id);
      plot.close();
    };
  }, [pane, feed, overlays, options, theme, syncKey, onCursor, onZoom, onReset, handles]);

  const keep = (name: string) => (element: HTMLElement | null) => {
    if (element === null) values.current.delete(name);
    else values.current.set(name, element);
  };
  return (
    <div className="@container flex min-h-0 min-w-0 flex-col bg-panel pt-2 pr-2">
      <div className="flex min-w-0 items-baseline gap-2 pb-1 pl-3 @sm:pl-4">
        <h3 className="shrink-0 text-xs font-semibold">{pane.title}</h3>
        <div className="flex min-w-0 flex-1 justify-end gap-2 overflow-hidden @sm:gap-3 text-xs whitespace-nowrap">
          {pane.series.map((series) => (
            <PaneKey
              key={series.metric}
              colour={theme.series[overlays.length > 0 ? 0 : series.colour]}
              title={series.title}
              brief={series.brief}
              valueRef={keep(series.metric)}
            />
          ))}
          {pane.validation !== null && (
            <PaneKey
              colour={theme.series[1]}
              dashed
              title="validation"
              brief="val."
              valueRef={keep('validation')}
            />
          )}
        </div>
      </div>
      <div className="relative min-h-0 flex-1">
        <div
          ref={box}
          role="img"
          aria-label={pane.title}
          className="absolute inset-0 group-data-empty/curves:invisible"
        />
        <p className="absolute inset-0 hidden items-center justify-center text-ink-faint group-data-empty/curves:flex">
          no step yet
        </p>
      </div>
    </div>
  );
}

/** A series in the head of its pane: its line, its name and its value. */
export function PaneKey({
  colour,
  dashed = false,
  title,
  brief,
  valueRef,
  after = '',
}: {
  readonly colour: string | undefined;
  readonly dashed?: boolean;
  readonly title: string;
  readonly brief: string;
  readonly valueRef: (element: HTMLElement | null) => void;
  readonly after?: string;
}): ReactNode {
  return (
    <span className="flex min-w-0 items-baseline gap-1.5">
      <span
        aria-hidden
        className="w-3 shrink-0 -translate-y-[0.2rem] border-t-2"
        style={{ borderColor: colour, borderStyle: dashed ? 'dashed' : 'solid' }}
      />
      <span className="hidden text-ink-faint @sm:inline">{title}</span>
      <span className="text-ink-faint @sm:hidden">{brief}</span>
      <span ref={valueRef} className="font-medium" />
      {after !== '' && <span className="hidden text-ink-faint @md:inline">{after}</span>}
    </span>
  );
}
