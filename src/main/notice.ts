/** The words of a desktop notification when a job has ended. */
import type { LabClient } from '@lab/rpc/router';
import type { Job } from '@shared/job';

export interface Notice {
  readonly title: string;
  readonly body: string;
  /** Page of the window that a click opens. */
  readonly route: string;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Null when nobody needs to be told: the user stopped or cancelled the job. */
export async function noticeOf(client: LabClient, job: Job): Promise<Notice | null> {
  const route = `/${job.kind === 'train' ? 'runs' : 'evaluations'}/${job.targetId}`;
  if (job.state === 'failed') {
    const { title, why } = job.failure ?? { title: 'It failed.', why: 'The reason is unknown.' };
    return { title: `Failed: ${job.title}`, body: `${title} ${why}`, route };
  }
  if (job.state !== 'done') return null;
  return job.kind === 'train' ? trained(client, job, route) : evaluated(client, job, route);
}

async function trained(client: LabClient, job: Job, route: string): Promise<Notice> {
  const { summary } = await client.runs.get({ id: job.targetId });
  const facts = [
    `${summary.steps} steps`,
    summary.loss === null ? null : `loss ${summary.loss.toFixed(3)}`,
    summary.tokenAccuracy === null ? null : `token accuracy ${percent(summary.tokenAccuracy)}`,
  ];
  return {
    title: `Trained: ${summary.name}`,
    body: facts.filter((fact) => fact !== null).join(' · '),
    route,
  };
}

async function evaluated(client: LabClient, job: Job, route: string): Promise<Notice> {
  const { item, rivalId } = await client.evaluations.get({ id: job.targetId });
  const title = `Evaluated: ${item.subject} on ${item.benchmark}`;
  if (rivalId !== null) {
    const rival = await client.evaluations.get({ id: rivalId });
    if (rival.item.summary !== null && item.summary !== null) {
      const { sentence } = await client.evaluations.compare({ a: rivalId, b: item.id });
      return { title, body: sentence, route };
    }
  }
  const value = item.summary?.passAt1.value ?? null;
  return { title, body: value === null ? 'Finished.' : `pass@1 ${percent(value)}`, route };
}
