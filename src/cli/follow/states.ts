/** States in which nothing more happens to a job. */
import type { JobState } from '@shared/job';

const over: readonly JobState[] = ['done', 'failed', 'stopped', 'cancelled'];

export function isOver(state: JobState): boolean {
  return over.includes(state);
}
