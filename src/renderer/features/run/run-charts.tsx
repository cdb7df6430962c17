import type { RunSpec } from '@shared/run-spec';
import { useQueries } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { ChartGroup } from '../../charts/chart-group';
import type { PaneHandle } from '../../charts/chart-pane';
import { CursorPosition } from '../../charts/cursor-position';
import { CursorTable, overlayColour } from '../../charts/cursor-table';
import { exportPicture, exportTable } from '../../charts/export';
import { MetricFeed } from '../../charts/metric-feed';
import type { Overlay } from '../../charts/pane-data';
import { useMetricFeed } from '../../charts/use-metric-feed';
import { useTelemetry } from '../../charts/use-telemetry';
import { classNames } from '../../ui/class-names';
import { ErrorCard } from '../../ui/error-card';
import { useNotices } from '../../ui/notices';
import { adjustmentRestarts } from './adjustments';
import { ChartToolbar } from './chart-toolbar';
import { useChartView } from './chart-view-store';

/** Feeds of the runs that are drawn over this one; colours go on after the run's own. */
function useOverlays(ids: readonly string[]): readonly Overlay[] {
  const { client, query } = useLab();
  const details = useQueries({
    queries: ids.map((id) => query.runs.get.queryOptions({ input: { id } })),
  });
  const names = details.map((detail, index) => detail.data?.summary.name ?? ids[index] ?? '');
  const key = ids.join(' ');
  const feeds = useMemo(
    () =>
      key
        .split(' ')
        .filter((id) => id !== '')
        .map((id) => new MetricFeed((range) => client.runs.metrics({ id, ...range }))),
    [client, key],
  );
  useEffect(() => {
    for (const feed of feeds) feed.refresh();
  }, [feeds]);
  const nameKey = names.join('\n');
  return useMemo(() => {
    const list = nameKey.split('\n');
    return feeds.map((feed, index) => ({ feed, name: list[index] ?? '', colour: index + 2 }));
  }, [feeds, nameKey]);
}

/** The curves of one run with their controls, the values at the cursor, and export. */
export function RunCharts({
  id,
  name,
  live,
  over = noOverlays,
  spec = null,
}: {
  readonly id: string;
  readonly name: string;
  readonly live: boolean;
  readonly over?: readonly string[];
  /** Of a run that is looked at alone: its restarts are marked, its device is drawn under it. */
  readonly spec?: RunSpec | null;
}): ReactNode {
  const { client } = useLab();
  const feed = useMetricFeed(id, live);
  const { x, smoothing, log } = useChartView();
  const telemetry = useTelemetry(id, live);
  // The query keeps a specification that did not change the same object.
  const restarts = useMemo(() => (spec === null ? [] : adjustmentRestarts(spec)), [spec]);
  const options = useMemo(() => ({ x, smoothing, log, restarts }), [x, smoothing, log, restarts]);
  const [chosen, setChosen] = useState<readonly string[]>(over);
  const overlays = useOverlays(chosen);
  const feeds = useMemo(() => [feed, ...overlays.map((overlay) => overlay.feed)], [feed, overlays]);
  const names = [name, ...overlays.map((overlay) => overlay.name)];
  const [zoomed, setZoomed] = useState(false);
  const [cursor] = useState(() => new CursorPosition());
  const [error, setError] = useState<unknown>(null);
  const handles = useRef<ReadonlyMap<string, PaneHandle>>(new Map());
  const register = useCallback((next: ReadonlyMap<string, PaneHandle>) => {
    handles.current = next;
  }, []);
  useEffect(() => feed.onFrame(() => setError(feed.error)), [feed]);

  return (
    <section aria-label="Curves" className="card flex min-w-0 flex-col overflow-hidden">
      <ChartToolbar
        runId={id}
        overlays={chosen}
        onOverlays={setChosen}
        zoomed={zoomed}
        onResetZoom={() => {
          feed.setZoom(null);
          setZoomed(false);
        }}
        onPicture={() =>
          void exportPicture(
            name,
            [...handles.current.values()],
            names.map((title, at) => ({ name: title, colour: overlayColour(at) })),
          )
        }
        onTable={() => {
          client.runs
            .metrics({ id, maxPoints: 20_000 })
            .then((window) => exportTable(name, window), useNotices.getState().fail);
        }}
      />
      {error !== null && (
        <div className="p-4">
          <ErrorCard error={error} />
        </div>
      )}
      <ChartGroup
        feed={feed}
        overlays={overlays}
        options={options}
        onCursor={cursor.tell}
        onZoom={setZoomed}
        register={register}
        {...(spec === null ? {} : { telemetry })}
        className={classNames(
          spec === null || telemetry.panes.length === 0
            ? 'min-h-[34rem] md:min-h-96'
            : 'min-h-[50rem] md:min-h-[36rem]',
          'flex-1 grid-cols-1 auto-rows-fr border-y border-line md:grid-cols-2',
        )}
      />
      <CursorTable cursor={cursor} feeds={feeds} names={names} options={options} />
    </section>
  );
}

const noOverlays: readonly string[] = [];
