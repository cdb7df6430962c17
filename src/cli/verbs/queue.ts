/** `lab queue list/move/cancel/retry/pause/resume`. */
import type { LabClient } from '@lab/rpc/router';
import type { QueueSnapshot } from '@shared/job';
import { isOver } from '../follow/states';
import { withLab } from '../open-lab';
import { stateText } from '../text/run-text';
import { table } from '../text/table';
import { duration, percent } from '../text/units';
import type { Answer, CommonOptions } from '../verb';
import { findJob } from './find';

export interface MoveOptions extends CommonOptions {
  readonly before?: string;
}

function queueText({ jobs, paused, scheduler }: QueueSnapshot): string {
  const rows = jobs.map((job) => [
    job.id,
    job.title,
    stateText(job.state),
    job.progress === null ? '' : percent(job.progress, 0),
    job.secondsLeft === null || isOver(job.state) ? '' : duration(job.secondsLeft),
    job.failure?.title ?? job.waitingFor ?? '',
  ]);
  const columns = [
    { title: 'job' },
    { title: 'what' },
    { title: 'state' },
    { title: 'done', align: 'right' },
    { title: 'left', align: 'right' },
    { title: '' },
  ] as const;
  const who =
    scheduler === null
      ? 'No process schedules now.'
      : `Scheduled by process ${scheduler.pid} on ${scheduler.host}.`;
  return [
    table(columns, rows, 'The queue is empty.'),
    paused ? `Paused: nothing new starts. ${who}` : who,
  ].join('\n');
}

async function answer(client: LabClient): Promise<Answer> {
  const snapshot = await client.queue.snapshot();
  return { value: snapshot, text: queueText(snapshot) };
}

export function listQueue(options: CommonOptions): Promise<Answer> {
  return withLab(options, ({ client }) => answer(client));
}

export function moveJob(typed: string, options: MoveOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const { id } = await findJob(client, typed);
    const before = options.before === undefined ? null : await findJob(client, options.before);
    await client.queue.move({ id, before: before?.id ?? null });
    return answer(client);
  });
}

export function changeJob(
  change: 'cancel' | 'retry',
  typed: string,
  options: CommonOptions,
): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const { id } = await findJob(client, typed);
    await client.queue[change]({ id });
    return answer(client);
  });
}

export function changeQueue(change: 'pause' | 'resume', options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    await (change === 'pause' ? client.queue.pause() : client.queue.resume());
    return answer(client);
  });
}
