/** The queue as the shells use it; works in any process that shares the home. */
import { LabError } from '@shared/errors';
import type { Job, QueueSnapshot } from '@shared/job';
import type { LabContext } from '../context';
import { readiness, waitingFor } from './choose-next';
import { cancelDependants, reviveDependants } from './dependants';
import { applyAction, endedJobs, type JobRow, jobById, openJobs } from './job-rows';
import { isActive, isOver, isQueued, notAllowed } from './job-state';
import { topicOf } from './job-topic';
import { leaseHolder } from './lease';
import { isPaused, setPaused } from './queue-settings';

const shownEnded = 50;
const ok = { ok: true } as const;

export function createQueueService(context: LabContext, owner: () => string | null) {
  const { store, changes } = context;

  function find(id: string): JobRow {
    const job = jobById(store, id);
    if (job !== null) return job;
    throw new LabError({
      code: 'not_found',
      what: `There is no job ${id}.`,
      why: 'The queue of this lab home does not have it.',
      fix: 'List the jobs with: npm run lab -- queue list',
    });
  }

  /** Who retries what waits for a smoke test that failed wants it nevertheless. */
  function passOverSmoke(job: JobRow): void {
    const after = job.after.filter((id) => {
      const before = jobById(store, id);
      return before?.kind !== 'smoke' || before.state === 'done' || !isOver(before);
    });
    store.run('UPDATE jobs SET after_json = ? WHERE id = ?', JSON.stringify(after), job.id);
  }

  return {
    async snapshot(): Promise<QueueSnapshot> {
      const jobs = openJobs(store);
      const paused = isPaused(store);
      const holder = leaseHolder(store);
      const shown = (job: JobRow): Job =>
        isQueued(job) ? { ...job, waitingFor: waitingFor(readiness(job, jobs, paused)) } : job;
      return {
        paused,
        jobs: [
          ...jobs.filter(isActive),
          ...jobs.filter(isQueued),
          ...endedJobs(store, shownEnded),
        ].map(shown),
        scheduler:
          holder === null
            ? null
            : { pid: holder.pid, host: holder.host, mine: holder.owner === owner() },
      };
    },

    async move(input: { readonly id: string; readonly before: string | null }) {
      const job = find(input.id);
      if (!isQueued(job)) throw notAllowed(job, 'moved');
      store.transaction(() => {
        const others = openJobs(store).filter((other) => other.id !== job.id);
        const target = input.before === null ? null : find(input.before);
        const index = target === null ? others.length : others.findIndex((o) => o.id === target.id);
        const below = others[index - 1]?.position ?? (others[0]?.position ?? 1) - 2;
        const above = others[index]?.position ?? below + 2;
        store.run('UPDATE jobs SET position = ? WHERE id = ?', (below + above) / 2, job.id);
        changes.publish('queue', job.id);
      });
      return ok;
    },

    /** A queued job is taken out; a running one is asked to stop, with a checkpoint. */
    async cancel(input: { readonly id: string }) {
      store.transaction(() => {
        const job = find(input.id);
        if (isQueued(job)) {
          applyAction(store, job.id, 'cancel');
          const cancelled = jobById(store, job.id);
          if (cancelled !== null) cancelDependants(store, cancelled);
        } else if (!applyAction(store, job.id, 'request-stop')) {
          throw notAllowed(job, 'cancelled');
        }
        changes.publish('queue', job.id);
        changes.publish(topicOf(job), job.targetId);
      });
      return ok;
    },

    async retry(input: { readonly id: string }) {
      store.transaction(() => {
        const job = find(input.id);
        if (!applyAction(store, job.id, 'requeue')) throw notAllowed(job, 'retried');
        passOverSmoke(job);
        store.run('UPDATE jobs SET cancelled_with = NULL WHERE id = ?', job.id);
        reviveDependants(store, job);
        changes.publish('queue', job.id);
        changes.publish(topicOf(job), job.targetId);
      });
      return ok;
    },

    async pause() {
      setPaused(store, true);
      changes.publish('queue');
      return ok;
    },

    async resume() {
      setPaused(store, false);
      changes.publish('queue');
      return ok;
    },
  };
}
