import { useEffect, useMemo, useState } from 'react';
import { useLab } from '../app/lab-context';
import { TelemetryFeed } from './telemetry-feed';
import { type TelemetryPaneDefinition, telemetryPanes } from './telemetry-panes';

/** Readings come at most once a second; the curves above say what is new at once. */
const refetchMilliseconds = 3000;

export interface Telemetry {
  readonly feed: TelemetryFeed;
  /** What the device said so far; empty when nothing was recorded. */
  readonly panes: readonly TelemetryPaneDefinition[];
}

/** What the device did during a run; read again while it is `live`. */
export function useTelemetry(runId: string, live: boolean): Telemetry {
  const { client } = useLab();
  const feed = useMemo(
    () => new TelemetryFeed(() => client.runs.telemetry({ id: runId, maxPoints: 600 })),
    [client, runId],
  );
  const [panes, setPanes] = useState<readonly TelemetryPaneDefinition[]>([]);
  useEffect(
    () =>
      feed.onFrame(() => {
        const next = telemetryPanes(feed);
        const names = (of: readonly TelemetryPaneDefinition[]): string =>
          of.flatMap(({ series }) => series.map(({ column }) => column)).join(' ');
        setPanes((old) => (names(old) === names(next) ? old : next));
      }),
    [feed],
  );
  useEffect(() => {
    void feed.refresh();
    if (!live) return;
    const timer = setInterval(() => void feed.refresh(), refetchMilliseconds);
    return () => clearInterval(timer);
  }, [feed, live]);
  return { feed, panes };
}
