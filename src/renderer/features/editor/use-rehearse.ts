import type { Preset } from '@shared/preset';
import { useLab } from '../../app/lab-context';
import { type Command, useCommand } from '../../ui/use-command';
import { useTargetDevice } from '../lab/target-device';

/** Queues a rehearsal of a preset by name, or of one that is being edited. */
export function useRehearse(): Command<string | Preset> {
  const { client, query, queryClient } = useLab();
  const { other } = useTargetDevice();
  return useCommand(
    (subject) =>
      client.rehearsals.start({
        ...(typeof subject === 'string' ? { preset: subject } : { draft: subject }),
        ...(other === null ? {} : { device: other.id }),
      }),
    {
      said: () => 'The rehearsal is in the queue: a few real steps on random weights.',
      after: () => {
        void queryClient.invalidateQueries({ queryKey: query.queue.key() });
        void queryClient.invalidateQueries({ queryKey: query.rehearsals.key() });
      },
    },
  );
}
