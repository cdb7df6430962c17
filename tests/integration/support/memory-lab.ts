/** A scheduler whose workers run out of memory while their micro-batch is too large. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { OomWatch } from '@lab/process/oom-kills';
import { jobById } from '@lab/queue/job-rows';
import { Scheduler } from '@lab/queue/scheduler';
import { runSpecOf } from '@lab/runs/run-rows';
import { createRunsService } from '@lab/runs/runs-service';
import { createTrainRunner } from '@lab/runs/train-job';
import type { Job } from '@shared/job';
import { type RunSpec, runSpecSchema } from '@shared/run-spec';
import { enqueueFixture, openContext, runnersWith, type TestContext, until } from './bench-lab';

const worker = resolve(import.meta.dirname, '../../fixtures/workers/needs-a-small-batch.mjs');
const over = ['done', 'failed', 'stopped', 'cancelled'];

export interface MemoryPlan {
  readonly steps?: number;
  /** The largest micro-batch that does not run out of memory. */
  readonly fits?: number;
  readonly failAt?: number;
  readonly delay?: number;
  readonly mode?: 'says-so' | 'killed' | 'while-loading' | 'when-asked-to-stop';
}

export class MemoryLab {
  readonly context: TestContext;
  readonly runs;
  #scheduler: Scheduler | null = null;

  constructor(folder: string) {
    const python = join(folder, 'environments', 'torch-cpu', 'bin', 'python');
    mkdirSync(dirname(python), { recursive: true });
    rmSync(python, { force: true });
    symlinkSync(worker, python);
    this.context = openContext(folder);
    this.runs = createRunsService(this.context);
  }

  /** Begins to schedule, as an app that is opened does. */
  open(oomWatch?: () => OomWatch): void {
    const train = createTrainRunner(this.context, oomWatch === undefined ? {} : { oomWatch });
    this.#scheduler = new Scheduler(this.context, runnersWith({ train }));
    this.#scheduler.start();
  }

  enqueue(plan: MemoryPlan): Job {
    return enqueueFixture(this.context, plan);
  }

  job(job: Job) {
    const row = jobById(this.context.store, job.id);
    if (row === null) throw new Error(`${job.id} is gone`);
    return row;
  }

  async ended(job: Job): Promise<string> {
    await until(() => over.includes(this.job(job).state), 'the training is over', 30);
    return this.job(job).state;
  }

  /** As the index knows it. */
  spec(job: Job): RunSpec {
    return runSpecOf(this.context.store, job.targetId);
  }

  /** As the worker reads it. */
  writtenSpec(job: Job): RunSpec {
    return runSpecSchema.parse(JSON.parse(readFileSync(this.path(job, 'spec.json'), 'utf8')));
  }

  writeSpec(job: Job, spec: RunSpec): void {
    writeFileSync(this.path(job, 'spec.json'), JSON.stringify(spec));
  }

  path(job: Job, name: string): string {
    return join(this.context.home.runFolder(job.targetId), name);
  }

  /** How often a worker was started. */
  starts(job: Job): number {
    const events = this.path(job, 'events.jsonl');
    if (!existsSync(events)) return 0;
    return readFileSync(events, 'utf8').split('"phase":"starting"').length - 1;
  }

  async close(): Promise<void> {
    await this.#scheduler?.close();
    this.#scheduler = null;
  }

  async dispose(): Promise<void> {
    await this.close();
    this.context.dispose();
  }
}
