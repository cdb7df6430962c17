import type { QueueSnapshot } from '@shared/job';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useLab } from '../../app/lab-context';
import { isActive } from '../../ui/job-state';

/** The queue; read again every second while a job makes progress. */
export function useQueue(): UseQueryResult<QueueSnapshot> {
  const { query } = useLab();
  return useQuery(
    query.queue.snapshot.queryOptions({
      refetchInterval: ({ state }: { state: { data: QueueSnapshot | undefined } }) =>
        state.data?.jobs.some((job) => isActive(job.state)) ? 1000 : false,
    }),
  );
}
