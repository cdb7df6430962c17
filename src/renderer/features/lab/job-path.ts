import { assertNever } from '@shared/assert-never';
import type { Job } from '@shared/job';

/** The page that shows what a job makes. */
export function jobPath(job: Pick<Job, 'kind' | 'targetId' | 'id'>): string {
  switch (job.kind) {
    case 'train':
      return `/runs/${job.targetId}`;
    case 'evaluate':
      return `/evaluations/${job.targetId}`;
    case 'smoke':
      return `/smoke/${job.targetId}`;
    case 'rehearse':
    case 'download':
    case 'install':
    case 'export':
      return `/jobs/${job.id}`;
    default:
      return assertNever(job.kind);
  }
}
