import type { Job } from '@shared/job';

/** The page that shows what a job makes. */
export function jobPath(job: Pick<Job, 'kind' | 'targetId'>): string {
  return job.kind === 'train' ? `/runs/${job.targetId}` : `/evaluations/${job.targetId}`;
}
