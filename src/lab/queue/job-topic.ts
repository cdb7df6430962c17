/** Which part of the lab changes with a job. */
import type { Job, JobKind } from '@shared/job';
import type { Change } from '@shared/rpc/machine';

const topics: Readonly<Record<JobKind, Change['topic']>> = {
  train: 'runs',
  evaluate: 'evaluations',
  smoke: 'smokes',
  rehearse: 'rehearsals',
  download: 'models',
  install: 'environments',
  export: 'exports',
};

export function topicOf(job: Pick<Job, 'kind'>): Change['topic'] {
  return topics[job.kind];
}
