import type { EnvironmentName } from '@shared/environment-name';
import { useLab } from '../../app/lab-context';
import { type Command, useCommand } from '../../ui/use-command';

/** Queues the installation of an environment. */
export function useInstall(
  enqueued?: () => void,
): Command<{ readonly name: EnvironmentName; readonly repair: boolean }> {
  const { client, query, queryClient } = useLab();
  return useCommand((input) => client.environments.install(input), {
    said: (_, { name, repair }) =>
      `${repair ? 'The repair' : 'The installation'} of ${name} is in the queue.`,
    after: () => {
      void queryClient.invalidateQueries({ queryKey: query.queue.key() });
      void queryClient.invalidateQueries({ queryKey: query.environments.key() });
      enqueued?.();
    },
  });
}
