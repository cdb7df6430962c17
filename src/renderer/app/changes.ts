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
  switch (change.topic) {
    case 'queue':
      void queryClient.invalidateQueries({ queryKey: query.queue.key() });
      // A card says how long its preset took the last time.
      void queryClient.invalidateQueries({ queryKey: query.presets.list.key() });
      return;
    case 'runs':
      void queryClient.invalidateQueries({ queryKey: query.runs.list.key() });
      void queryClient.invalidateQueries({
        queryKey:
          change.id === null
            ? query.runs.get.key()
            : query.runs.get.key({ input: { id: change.id } }),
      });
      return;
    case 'evaluations':
      void queryClient.invalidateQueries({ queryKey: query.evaluations.list.key() });
      void queryClient.invalidateQueries({ queryKey: query.evaluations.get.key() });
      void queryClient.invalidateQueries({ queryKey: query.evaluations.cells.key() });
      void queryClient.invalidateQueries({ queryKey: query.runs.key() });
      return;
    case 'presets':
      void queryClient.invalidateQueries({ queryKey: query.presets.key() });
      return;
    case 'corpora':
      void queryClient.invalidateQueries({ queryKey: query.corpora.key() });
      return;
    case 'benchmarks':
      void queryClient.invalidateQueries({ queryKey: query.benchmarks.key() });
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
