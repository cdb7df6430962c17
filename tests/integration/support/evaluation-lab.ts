/** A lab for evaluations: a small benchmark, a scheduler, and a worker that answers as it is told. */
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createEvaluateRunner } from '@lab/evaluations/evaluate-job';
import { createEvaluationsService } from '@lab/evaluations/evaluations-service';
import { jobOfTarget } from '@lab/queue/job-rows';
import { createQueueService } from '@lab/queue/queue-service';
import { setPaused } from '@lab/queue/queue-settings';
import { Scheduler } from '@lab/queue/scheduler';
import { openContext, runnersWith, type TestContext, until } from './bench-lab';

const worker = resolve(import.meta.dirname, '../../fixtures/workers/generating-worker.mjs');

/** Makes the interpreter of `torch-cpu` the generating worker. */
export function useGeneratingWorker(folder: string): void {
  const python = join(folder, 'environments', 'torch-cpu', 'bin', 'python');
  mkdirSync(dirname(python), { recursive: true });
  chmodSync(worker, 0o755);
  rmSync(python, { force: true });
  symlinkSync(worker, python);
}

/** A benchmark "mine": task t0, t1, … prints its number; even ones ask for a ternary. */
export function writeBenchmark(context: TestContext, tasks: number): void {
  const folder = join(context.home.benchmarks, 'mine');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    ...{ schemaVersion: 1, name: 'mine', version: 'v1', title: 'Mine', description: '' },
    ...{ toolchain: 'javascript', systemPrompt: null, file: 'tasks.jsonl', license: 'MIT' },
  };
  writeFileSync(join(folder, 'benchmark.json'), JSON.stringify(manifest));
  const lines = Array.from({ length: tasks }, (_, index) =>
    JSON.stringify({
      id: `t${index}`,
      category: index < tasks / 2 ? 'first' : 'second',
      prompt: `Print ${index}.`,
      reference: `console.log(1 ? ${index} : 0)`,
      expectedOutput: `${index}\n`,
      constructs: index % 2 === 0 ? ['ternary'] : [],
    }),
  );
  writeFileSync(join(folder, 'tasks.jsonl'), `${lines.join('\n')}\n`);
}

export class EvaluationLab {
  readonly context: TestContext;
  readonly service;
  #scheduler: Scheduler;

  constructor(folder: string) {
    this.context = openContext(folder);
    this.service = createEvaluationsService(this.context);
    this.#scheduler = this.#newScheduler();
  }

  /** Enqueues with the usual settings. */
  async enqueue(subject: string, more: { repeats?: number; temperature?: number } = {}) {
    const { id } = await this.service.enqueue({
      ...{ subject, benchmark: 'mine', repeats: 1, temperature: 0, seed: 0 },
      allowUnsandboxed: false,
      ...more,
    });
    return id;
  }

  /** A file in an evaluation's folder. */
  path(id: string, name: string): string {
    return join(this.context.home.evaluationFolder(id), name);
  }

  lines(id: string, name: string): readonly string[] {
    return readFileSync(this.path(id, name), 'utf8').split('\n').filter(Boolean);
  }

  job(id: string) {
    const job = jobOfTarget(this.context.store, id);
    if (job === null) throw new Error(`${id} has no job`);
    return job;
  }

  async ended(id: string): Promise<string> {
    const over = ['done', 'failed', 'stopped', 'cancelled'];
    await until(() => over.includes(this.job(id).state), 'the evaluation is over', 60);
    return this.job(id).state;
  }

  async stop(id: string): Promise<void> {
    await createQueueService(this.context, () => null).cancel({ id: this.job(id).id });
  }

  async retry(id: string): Promise<void> {
    await createQueueService(this.context, () => null).retry({ id: this.job(id).id });
  }

  async summary(id: string) {
    const { item } = await this.service.get({ id });
    if (item.summary === null) throw new Error(`${id} has no summary: ${item.status}`);
    return item.summary;
  }

  /** As if the app was closed and opened again. */
  async restart(): Promise<void> {
    await this.#scheduler.close();
    this.#scheduler = this.#newScheduler();
  }

  async close(): Promise<void> {
    await this.#scheduler.close();
    this.context.dispose();
  }

  /** Lets jobs wait in the queue, so that a test can prepare their folders. */
  pause(): void {
    setPaused(this.context.store, true);
  }

  go(): void {
    setPaused(this.context.store, false);
  }

  #newScheduler(): Scheduler {
    const runners = runnersWith({ evaluate: createEvaluateRunner(this.context) });
    const scheduler = new Scheduler(this.context, runners);
    scheduler.start();
    return scheduler;
  }
}
