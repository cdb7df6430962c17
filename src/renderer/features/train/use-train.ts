import type { TrainRequest } from '@shared/run';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { isOpen } from '../../ui/job-state';
import { type Command, useCommand } from '../../ui/use-command';
import { useTargetDevice } from '../lab/target-device';

/** Enqueues a training; opens its page when nothing else is in the queue. */
export function useTrain(enqueued?: () => void): Command<TrainRequest> {
  const { client, query, queryClient } = useLab();
  const [, navigate] = useLocation();
  const { other } = useTargetDevice();
  return useCommand(
    async (request: TrainRequest) => {
      const queue = await queryClient.fetchQuery({
        ...query.queue.snapshot.queryOptions(),
        staleTime: 0,
      });
      const alone = !queue.jobs.some((job) => isOpen(job.state));
      const device = other === null ? {} : { device: other.id };
      return { ...(await client.runs.train({ ...device, ...request })), alone };
    },
    {
      said: ({ alone, evaluationIds }) => {
        const evaluations =
          evaluationIds.length > 0 ? ' Its evaluations follow by themselves.' : '';
        return `${alone ? 'The training starts.' : 'The training waits in the queue.'}${evaluations}`;
      },
      after: ({ runId, alone }) => {
        void queryClient.invalidateQueries({ queryKey: query.queue.key() });
        void queryClient.invalidateQueries({ queryKey: query.runs.key() });
        enqueued?.();
        if (alone) navigate(`/runs/${runId}`);
      },
    },
  );
}
