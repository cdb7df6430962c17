/**
 * Runs the queue of a lab home, if this lab holds the lease; else it waits for the lease. Its first
 * act with the lease is recovery: jobs that an earlier scheduler left running are taken up again.
 */
import { assertNever } from '@shared/assert-never';
import { LabError } from '@shared/errors';
import type { FailureCard, Job } from '@shared/job';
import type { LabContext } from '../context';
import { chooseNext, hopeless } from './choose-next';
import { cancelDependants } from './dependants';
import { applyAction, type JobRow, jobById, jobsIn, openJobs } from './job-rows';
import type { JobControl, JobOutcome, JobRunner } from './job-runner';
import { activeStates, isQueued } from './job-state';
import { topicOf } from './job-topic';
import { Lease } from './lease';
import { isPaused } from './queue-settings';

const heartbeatMilliseconds = 1_000;

export type JobRunners = Readonly<Record<Job['kind'], JobRunner>>;

interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

export class Scheduler {
  readonly #context: LabContext;
  readonly #runners: JobRunners;
  readonly #lease: Lease;
  readonly #closing = new AbortController();
  readonly #running = new Map<string, Running>();
  #timer: NodeJS.Timeout | null = null;
  #stopListening: () => void = () => undefined;
  #leads = false;

  constructor(context: LabContext, runners: JobRunners) {
    this.#context = context;
    this.#runners = runners;
    this.#lease = new Lease(context.store);
  }

  /** Name of this scheduler in the lease. */
  get owner(): string {
    return this.#lease.owner;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), heartbeatMilliseconds);
    this.#stopListening = this.#context.changes.listen((changes) => {
      if (this.#leads && changes.some((change) => change.topic === 'queue')) this.#tick();
    });
    this.#tick();
  }

  /** Lets go of the running workers without ending them, then of the lease. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#stopListening();
    this.#closing.abort();
    await Promise.all([...this.#running.values()].map((running) => running.ended));
    if (this.#leads) this.#lease.release();
    this.#leads = false;
  }

  #tick(): void {
    try {
      const led = this.#leads;
      this.#leads = this.#lease.hold();
      if (this.#leads && !led) this.#recover();
      if (this.#leads) this.#look();
    } catch (error) {
      this.#context.log.error({ err: error }, 'the scheduler could not look at the queue');
    }
  }

  #recover(): void {
    for (const job of jobsIn(this.#context.store, activeStates)) {
      if (!this.#running.has(job.id)) this.#launch(job, true);
    }
  }

  #look(): void {
    if (this.#closing.signal.aborted) return;
    const { store } = this.#context;
    for (const [id, running] of this.#running) {
      if (jobById(store, id)?.stopRequested === true) running.stop.abort();
    }
    for (const before of hopeless(openJobs(store))) {
      for (const id of cancelDependants(store, before)) this.#context.changes.publish('queue', id);
    }
    for (;;) {
      const job = chooseNext(openJobs(store), isPaused(store));
      if (job === null) return;
      // Written before acting: a crash from here on finds the job marked as running.
      const started = store.transaction(() => {
        if (!applyAction(store, job.id, 'start')) return false;
        store.run(
          'UPDATE jobs SET device_held = ?, worker_json = NULL, progress = NULL, seconds_left = NULL, message = NULL WHERE id = ?',
          job.device === null ? 0 : 1,
          job.id,
        );
        return true;
      });
      if (!started) return;
      const begun = jobById(store, job.id);
      if (begun !== null) this.#launch(begun, false);
    }
  }

  #launch(job: JobRow, reattach: boolean): void {
    const stop = new AbortController();
    if (job.stopRequested) stop.abort();
    const control = this.#controlOf(job, stop.signal, reattach);
    const ended = this.#runners[job.kind]
      .run(job, control)
      .catch((error: unknown): JobOutcome => {
        this.#context.log.error({ err: error, job: job.id }, 'a job runner failed');
        return { kind: 'failed', failure: cardOfError(job, error) };
      })
      .then((outcome) => this.#settle(job.id, outcome))
      .finally(() => {
        this.#running.delete(job.id);
        if (!this.#closing.signal.aborted) this.#look();
      })
      .catch((error: unknown) => {
        this.#context.log.error({ err: error, job: job.id }, 'a job could not be settled');
      });
    this.#running.set(job.id, { stop, ended });
    this.#publish(job);
  }

  #controlOf(job: JobRow, stopRequested: AbortSignal, reattach: boolean): JobControl {
    const { store, changes } = this.#context;
    return {
      closing: this.#closing.signal,
      stopRequested,
      reattach,
      releaseDevice: () => {
        store.run('UPDATE jobs SET device_held = 0 WHERE id = ?', job.id);
        applyAction(store, job.id, 'judge');
        this.#publish(job);
      },
      progress: (share, secondsLeft, message = '') => {
        store.run(
          'UPDATE jobs SET progress = ?, seconds_left = ?, message = ? WHERE id = ?',
          Math.min(1, Math.max(0, share)),
          secondsLeft,
          message === '' ? null : message,
          job.id,
        );
        changes.publish(topicOf(job), job.targetId);
      },
    };
  }

  #settle(id: string, outcome: JobOutcome): void {
    if (outcome.kind === 'detached') return;
    const { store } = this.#context;
    store.transaction(() => {
      applyOutcome(this.#context, id, outcome);
      const job = jobById(store, id);
      if (job !== null && !isQueued(job) && job.state !== 'done') cancelDependants(store, job);
      if (job !== null) this.#publish(job);
    });
  }

  #publish(job: JobRow): void {
    this.#context.changes.publish('queue', job.id);
    this.#context.changes.publish(topicOf(job), job.targetId);
  }
}

function applyOutcome(context: LabContext, id: string, outcome: JobOutcome): void {
  switch (outcome.kind) {
    case 'done':
      applyAction(context.store, id, 'finish');
      return;
    case 'stopped':
      applyAction(context.store, id, 'stop');
      return;
    case 'failed':
      applyAction(context.store, id, 'fail', outcome.failure);
      return;
    case 'detached':
      return;
    default:
      assertNever(outcome);
  }
}

/** An expected failure keeps its own words; anything else is a bug and says so. */
function cardOfError(job: Job, error: unknown): FailureCard {
  const ending = { exitCode: null, signal: null, canResume: false };
  if (error instanceof LabError) {
    const { what, why, fix, details } = error.toValue();
    return { ...ending, title: what, why, fix, log: [], details };
  }
  return {
    ...ending,
    title: `"${job.title}" ended by an error in Lorabench itself`,
    why: error instanceof Error ? error.message : String(error),
    fix: 'Retry the job. If it fails again, report it with the lab log (logs/lab.log in the lab home).',
    log: error instanceof Error ? (error.stack ?? '').split('\n').slice(0, 20) : [],
    details: [],
  };
}
