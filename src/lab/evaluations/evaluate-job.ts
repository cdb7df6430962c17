/** Runs an evaluation: the worker generates, the lab judges meanwhile, a summary is made at the end. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import type { EvaluationSpec } from '@shared/evaluation';
import writeFileAtomic from 'write-file-atomic';
import type { LabContext } from '../context';
import { findEnvironment } from '../environments/python';
import { superviseWorker } from '../process/supervise';
import { startWorker } from '../process/worker';
import { jobById } from '../queue/job-rows';
import type { JobControl, JobOutcome, JobRunner } from '../queue/job-runner';
import { generationReader, judgementReader, tasksOf } from './evaluation-files';
import { evaluationSpecOf, saveCounts, saveSummary } from './evaluation-rows';
import { type Judge, openJudge } from './judge/open-judge';
import { Judging } from './judging';
import { writeStoredAnswers } from './stored-answers';
import { summarize } from './summarize';
import { generationOutcome } from './worker-end';

export function createEvaluateRunner(context: LabContext): JobRunner {
  return {
    async run(job, control) {
      const spec = evaluationSpecOf(context.store, job.targetId);
      const folder = context.home.evaluationFolder(spec.id);
      const tasks = await tasksOf(folder);
      const judge = await openJudge(context, spec.comparability.toolchain, spec);
      try {
        requireSameToolchain(spec, judge);
        const work = new Evaluating(context, spec, folder, tasks, judge, control);
        return await work.run(`${job.id}.${job.attempt}`, job.id);
      } finally {
        await judge.close();
      }
    },
  };
}

/** The key promises a version; judging by another would make the comparison a lie. */
function requireSameToolchain({ comparability }: EvaluationSpec, judge: Judge): void {
  if (judge.toolchainVersion === comparability.toolchainVersion) return;
  throw new LabError({
    code: 'refused',
    what: `The toolchain ${comparability.toolchain} has changed since this evaluation was queued.`,
    why: `It was ${comparability.toolchainVersion} and is ${judge.toolchainVersion} now.`,
    fix: 'Queue the evaluation again, and that of its rival, or bring the earlier version back.',
  });
}

class Evaluating {
  readonly #context: LabContext;
  readonly #spec: EvaluationSpec;
  readonly #folder: string;
  readonly #tasks: readonly Task[];
  readonly #judge: Judge;
  readonly #control: JobControl;
  readonly #generations;
  readonly #began = Date.now();
  #shown = '';

  constructor(
    context: LabContext,
    spec: EvaluationSpec,
    folder: string,
    tasks: readonly Task[],
    judge: Judge,
    control: JobControl,
  ) {
    this.#context = context;
    this.#spec = spec;
    this.#folder = folder;
    this.#tasks = tasks;
    this.#judge = judge;
    this.#control = control;
    this.#generations = generationReader(folder);
  }

  async run(attempt: string, jobId: string): Promise<JobOutcome> {
    const ending = AbortSignal.any([this.#control.closing, this.#control.stopRequested]);
    const judging = await Judging.open(this.#folder, this.#judge, this.#tasks, ending);
    const resumed = judging.judged > 0;
    const { kind } = this.#spec.subject;
    if (kind === 'reference' || kind === 'replay') {
      await writeStoredAnswers(this.#folder, this.#spec, this.#tasks);
    }
    await this.#readOn(judging);
    const wanted = this.#tasks.length * this.#spec.comparability.sampling.repeats;
    if (this.#generations.count < wanted && kind !== 'reference' && kind !== 'replay') {
      const outcome = await this.#generate(judging, attempt, jobId);
      if (outcome !== null) return outcome;
    }
    this.#control.releaseDevice();
    const ticking = setInterval(() => this.#show(judging), 250);
    await judging.idle().finally(() => clearInterval(ticking));
    this.#show(judging);
    if (this.#control.closing.aborted) return { kind: 'detached' };
    if (this.#control.stopRequested.aborted) return { kind: 'stopped' };
    await this.#finish(resumed ? null : judging.seconds);
    return { kind: 'done' };
  }

  /** Null when every generation is there; else how the job ended. */
  async #generate(judging: Judging, attempt: string, jobId: string): Promise<JobOutcome | null> {
    const { reattach, closing, stopRequested } = this.#control;
    const known = reattach ? (jobById(this.#context.store, jobId)?.worker ?? null) : null;
    const identity = known ?? (await this.#begin(attempt, jobId));
    const end = await superviseWorker({
      folder: this.#folder,
      identity,
      attempt,
      closing,
      stopRequested,
      readOn: () => this.#readOn(judging),
    });
    const wanted = this.#tasks.length * this.#spec.comparability.sampling.repeats;
    const complete = this.#generations.count >= wanted;
    return generationOutcome(this.#spec, this.#folder, end, complete);
  }

  async #begin(attempt: string, jobId: string) {
    await rm(join(this.#folder, 'control.json'), { force: true });
    await rm(join(this.#folder, 'exit.json'), { force: true });
    const environment = await findEnvironment(this.#context, this.#spec.backend);
    const identity = await startWorker({
      command: {
        program: environment.python,
        arguments: ['-m', 'lorabench'],
        pythonPath: this.#context.places.python,
      },
      folder: this.#folder,
      attempt,
      threads: this.#spec.device.threads,
    });
    this.#context.store.run(
      'UPDATE jobs SET worker_json = ? WHERE id = ?',
      JSON.stringify(identity),
      jobId,
    );
    return identity;
  }

  async #readOn(judging: Judging): Promise<void> {
    judging.add(await this.#generations.readOn());
    this.#show(judging);
  }

  #show(judging: Judging): void {
    const generated = this.#generations.count;
    const shown = `${generated} ${judging.judged}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    saveCounts(this.#context.store, this.#spec.id, generated, judging.judged);
    const samples = this.#tasks.length * this.#spec.comparability.sampling.repeats;
    const share = (generated + judging.judged) / (2 * samples);
    const elapsed = (Date.now() - this.#began) / 1000;
    this.#control.progress(share, share > 0.05 ? (elapsed * (1 - share)) / share : null);
  }

  async #finish(judgingSeconds: number | null): Promise<void> {
    const summary = summarize({
      spec: this.#spec,
      tasks: this.#tasks,
      generations: await generationReader(this.#folder).readOn(),
      judgements: await judgementReader(this.#folder).readOn(),
      sandbox: this.#judge.sandbox,
      toolchain: this.#judge.toolchain,
      judgingSeconds,
    });
    const path = join(this.#folder, 'summary.json');
    await writeFileAtomic(path, `${JSON.stringify(summary, null, 2)}\n`);
    saveSummary(this.#context.store, this.#spec.id, summary);
    this.#context.changes.publish('evaluations', this.#spec.id);
    const { subject } = this.#spec;
    this.#context.changes.publish('runs', subject.kind === 'run' ? subject.runId : null);
  }
}
