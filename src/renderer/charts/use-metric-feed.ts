import { useEffect, useMemo } from 'react';
import { useLab } from '../app/lab-context';
import { useStream } from '../app/streams';
import { MetricFeed } from './metric-feed';

/** A feed of one run's curves for the life of the component; `live` follows the run. */
export function useMetricFeed(runId: string, live: boolean, maxPoints = 1500): MetricFeed {
  const { client } = useLab();
  const feed = useMemo(
    () => new MetricFeed((range) => client.runs.metrics({ id: runId, ...range }), maxPoints),
    [client, runId, maxPoints],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of `live` is a change of state
  useEffect(() => feed.refresh(), [feed, live]);
  useStream(
    live ? runId : 'none',
    (signal) => (live ? client.runs.follow({ id: runId }, { signal }) : nothing(signal)),
    ({ lastStep }) => feed.notice(lastStep),
  );
  return feed;
}

/** A stream that stays silent until it is aborted. */
async function nothing(signal: AbortSignal): Promise<AsyncIterable<never>> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return (async function* empty() {})();
}
