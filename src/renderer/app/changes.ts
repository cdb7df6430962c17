/** Turns the lab's notices of changes into refetches of what is on the screen. */
import type { Change } from '@shared/rpc/machine';
import { useEffect, useRef } from 'react';
import type { Lab } from './lab-context';
import { useLab } from './lab-context';
import { useStream } from './streams';

/** Notices come in bursts; one refetch serves a burst. */
const burstMilliseconds = 400;

function invalidate(lab: Lab, change: Change): void {
  const { query, queryClient } = lab;
  const refetch = (queryKey: readonly unknown[]): void =>
    void queryClient.invalidateQueries({ queryKey });
  switch (change.topic) {
    case 'queue':
      refetch(query.queue.key());
      // A card says how long its preset took the last time.
      refetch(query.presets.list.key());
      return;
    case 'runs':
      refetch(query.runs.list.key());
      refetch(
        change.id === null
          ? query.runs.get.key()
          : query.runs.get.key({ input: { id: change.id } }),
      );
      return;
    case 'evaluations':
      refetch(query.evaluations.list.key());
      refetch(query.evaluations.get.key());
      refetch(query.evaluations.cells.key());
      refetch(query.runs.key());
      return;
    case 'presets':
      refetch(query.presets.key());
      refetch(query.models.list.key());
      return;
    case 'corpora':
      refetch(query.corpora.key());
      refetch(query.presets.key());
      return;
    case 'benchmarks':
      refetch(query.benchmarks.key());
      refetch(query.presets.key());
      return;
    case 'models':
      refetch(query.models.key());
      refetch(query.presets.key());
      refetch(query.fit.key());
      return;
    case 'environments':
      refetch(query.environments.key());
      refetch(query.presets.key());
      refetch(query.machine.describe.key());
      refetch(query.machine.doctor.key());
      return;
    case 'rehearsals':
      // Predictions are calibrated by what was measured.
      refetch(query.rehearsals.key());
      refetch(query.presets.key());
      refetch(query.fit.key());
      return;
    case 'endpoints':
      refetch(query.endpoints.key());
      return;
    case 'exports':
      refetch(query.exports.key());
      return;
    case 'machine':
      refetch(query.machine.deviceChoice.key());
      return;
    case 'smokes':
      refetch(query.smoke.key());
      // A run's page shows the smoke test that its evaluations wait for.
      refetch(query.runs.get.key());
      return;
  }
}

/** Follows the lab's changes while mounted, and refetches everything after a reconnection. */
export function useChanges(): void {
  const lab = useLab();
  const waiting = useRef(new Map<string, Change>());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useStream(
    'changes',
    (signal) => lab.client.machine.changes(undefined, { signal }),
    (changes) => {
      for (const change of changes) waiting.current.set(`${change.topic}/${change.id}`, change);
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        const burst = [...waiting.current.values()];
        waiting.current.clear();
        for (const change of burst) invalidate(lab, change);
      }, burstMilliseconds);
    },
  );

  useEffect(() => {
    const unsubscribe = lab.connection.state.subscribe((now, before) => {
      if (now.openings > before.openings && now.openings > 1) {
        void lab.queryClient.invalidateQueries();
      }
    });
    return () => {
      unsubscribe();
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [lab]);
}
