/** Jobs of the queue by what they are for. */
import type { EnvironmentName } from '@shared/environment-name';
import type { Job } from '@shared/job';
import { useQuery } from '@tanstack/react-query';
import { useLab } from '../../app/lab-context';
import { isOpen } from '../../ui/job-state';
import { useCommand } from '../../ui/use-command';
import { useQueue } from '../lab/use-queue';

/** One that is not ended, else the one that was made last. */
export function openOrNewest(jobs: readonly Job[]): Job | undefined {
  return (
    jobs.find((job) => isOpen(job.state)) ??
    [...jobs].sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
  );
}

/** `owner/name@revision` without its revision. */
export const plainSource = (source: string): string => source.split('@')[0] ?? source;

/** A download is titled by its model; the words of the title tell `…-3B` from `…-3B-Instruct`. */
export function downloadJobs(
  jobs: readonly Job[],
  source: string,
  jobId: string | null,
): readonly Job[] {
  const wanted = plainSource(source);
  const names = (job: Job): boolean =>
    job.title.split(' ').some((word) => plainSource(word) === wanted);
  return jobs.filter((job) => job.kind === 'download' && (job.id === jobId || names(job)));
}

export function useJob(id: string | null): Job | undefined {
  const queue = useQueue();
  return queue.data?.jobs.find((job) => job.id === id);
}

/** The download of a model: the one that goes on, else the last one that ended. */
export function useDownloadJob(source: string): Job | undefined {
  const { query } = useLab();
  const queue = useQueue();
  const models = useQuery(query.models.list.queryOptions());
  const jobId = models.data?.find((model) => model.source === source)?.jobId ?? null;
  return openOrNewest(downloadJobs(queue.data?.jobs ?? [], source, jobId));
}

/** The installation of an environment: the one that goes on, else the last one that ended. */
export function useInstallJob(name: EnvironmentName): Job | undefined {
  const queue = useQueue();
  return openOrNewest(
    (queue.data?.jobs ?? []).filter((job) => job.kind === 'install' && job.targetId === name),
  );
}

export function useJobCommands() {
  const { client } = useLab();
  const cancel = useCommand((job: Job) => client.queue.cancel({ id: job.id }), {
    said: (_, job) => `Cancelled: ${job.title}.`,
  });
  const retry = useCommand((job: Job) => client.queue.retry({ id: job.id }), {
    said: (_, job) => `Back in the queue: ${job.title}.`,
  });
  return { cancel, retry };
}
