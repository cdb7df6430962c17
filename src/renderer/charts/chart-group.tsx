import { type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { classNames } from '../ui/class-names';
import { integer } from '../ui/format';
import { ChartPane, type PaneHandle } from './chart-pane';
import { onThemeChange, readChartTheme } from './chart-theme';
import { nearest, xColumn } from './columns';
import type { Restart } from './markers';
import type { MetricFeed } from './metric-feed';
import type { ChartOptions, Overlay } from './pane-data';
import { panes } from './pane-definitions';
import { TelemetryPane } from './telemetry-pane';
import { useChartKeys } from './use-chart-keys';
import type { Telemetry } from './use-telemetry';

const noRestarts: readonly Restart[] = [];

/** Position under the crosshair, told outside of React's state; `null` when there is none. */
export type CursorListener = (x: number | null) => void;

/** The synchronized panes of one run, with other runs drawn over it. */
export function ChartGroup({
  feed,
  overlays,
  options,
  onCursor,
  onZoom,
  register,
  className,
  telemetry,
  shown = panes.map(({ id }) => id),
}: {
  readonly feed: MetricFeed;
  readonly overlays: readonly Overlay[];
  readonly options: ChartOptions;
  readonly onCursor: CursorListener;
  readonly onZoom: (zoomed: boolean) => void;
  /** Takes the drawn panes, for export. */
  readonly register?: (handles: ReadonlyMap<string, PaneHandle>) => void;
  readonly className?: string;
  readonly shown?: readonly string[];
  /** What the device did meanwhile, drawn under the curves. */
  readonly telemetry?: Telemetry;
}): ReactNode {
  const syncKey = useId();
  const region = useRef<HTMLElement>(null);
  const handles = useRef(new Map<string, PaneHandle>());
  const [theme, setTheme] = useState(readChartTheme);
  useEffect(() => onThemeChange(() => setTheme(readChartTheme())), []);
  useEffect(() => register?.(handles.current), [register]);

  const zoom = useCallback(
    (fromX: number, toX: number) => {
      const x = xColumn(feed.buffer, options.x, feed.origin);
      const from = nearest(x, fromX);
      const to = nearest(x, toX);
      const { step, stepsPerBucket } = feed.buffer;
      if (to - from < 2) return;
      feed.setZoom({
        from: Math.max(0, (step[from] ?? 0) - stepsPerBucket + 1),
        to: step[to] ?? 0,
      });
      onZoom(true);
    },
    [feed, options.x, onZoom],
  );
  const reset = useCallback(() => {
    feed.setZoom(null);
    onZoom(false);
  }, [feed, onZoom]);

  useEffect(() => {
    const tell = (): void => {
      const last = feed.buffer.lastStep;
      region.current?.setAttribute('data-last-step', String(last));
      region.current?.toggleAttribute('data-empty', feed.buffer.count === 0);
      region.current?.setAttribute('aria-label', `Training curves up to step ${integer(last)}`);
    };
    tell();
    return feed.onFrame(tell);
  }, [feed]);

  const keys = useChartKeys(handles, zoom, reset);
  const definitions = useMemo(() => panes.filter(({ id }) => shown.includes(id)), [shown]);
  return (
    <section
      ref={region}
      aria-label="Training curves"
      aria-description="Arrow keys move the crosshair, plus zooms in, Escape shows the whole run."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the crosshair is moved with the arrow keys
      tabIndex={0}
      {...keys}
      className={classNames(
        'group/curves grid min-w-0 gap-px bg-line -outline-offset-2',
        className,
      )}
    >
      {definitions.map((pane) => (
        <ChartPane
          key={pane.id}
          pane={pane}
          feed={feed}
          overlays={overlays}
          options={options}
          theme={theme}
          syncKey={syncKey}
          onCursor={onCursor}
          onZoom={zoom}
          onReset={reset}
          handles={handles.current}
        />
      ))}
      {telemetry?.panes.map((pane) => (
        <TelemetryPane
          key={pane.id}
          pane={pane}
          telemetry={telemetry.feed}
          feed={feed}
          x={options.x}
          restarts={options.restarts ?? noRestarts}
          theme={theme}
          syncKey={syncKey}
          onCursor={onCursor}
          onZoom={zoom}
          onReset={reset}
          handles={handles.current}
        />
      ))}
    </section>
  );
}
