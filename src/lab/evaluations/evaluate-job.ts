/** Runs an evaluation: the worker generates, the lab judges meanwhile, a summary is made at the end. */
import { join } from 'node:path';
import type { Task } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import type { EvaluationSpec } from '@shared/evaluation';
import type { Job } from '@shared/job';
import writeFileAtomic from 'write-file-atomic';
import type { LabContext } from '../context';
import { endpointFailure, generateAtEndpoint } from '../endpoints/generate';
import type { JobControl, JobOutcome, JobRunner } from '../queue/job-runner';
import { runWorker } from '../queue/run-worker';
import { generateInRounds } from './agent/generate-in-rounds';
import { judgeRounds, passByRound } from './agent/pass-by-round';
import { generationReader, judgementReader, tasksOf } from './evaluation-files';
import { evaluationSpecOf, saveCounts, saveSummary } from './evaluation-rows';
import { type Judge, openJudge } from './judge/open-judge';
import { Judging } from './judging';
import { writeStoredAnswers } from './stored-answers';
import { summarize } from './summarize';
import { generationOutcome } from './worker-end';

const endpointReadMilliseconds = 250;

export function createEvaluateRunner(context: LabContext): JobRunner {
  return {
    async run(job, control) {
      const spec = evaluationSpecOf(context.store, job.targetId);
      const folder = context.home.evaluationFolder(spec.id);
      const tasks = await tasksOf(folder);
      const judge = await openJudge(context, spec.comparability.toolchain, {
        ...spec,
        told: spec.agent?.gates,
      });
      try {
        requireSameToolchain(spec, judge);
        const work = new Evaluating(context, spec, folder, tasks, judge, control);
        return await work.run(job);
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
  #doing = '';
  #reading: Promise<void> = Promise.resolve();

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

  async run(job: Job): Promise<JobOutcome> {
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
      const outcome = await this.#generateBy(judging, job);
      if (outcome !== null) return outcome;
    }
    this.#control.releaseDevice();
    const ticking = setInterval(() => this.#show(judging), 250);
    await judging.idle().finally(() => clearInterval(ticking));
    this.#show(judging);
    if (this.#spec.agent) {
      await judgeRounds(this.#folder, this.#tasks, this.#judge, ending).catch((error: unknown) => {
        if (!ending.aborted) throw error;
      });
    }
    if (this.#control.closing.aborted) return { kind: 'detached' };
    if (this.#control.stopRequested.aborted) return { kind: 'stopped' };
    await this.#finish(resumed ? null : judging.seconds);
    return { kind: 'done' };
  }

  /** Null when every generation is there; else how the job ended. */
  #generateBy(judging: Judging, job: Job): Promise<JobOutcome | null> {
    if (this.#spec.agent) return this.#generateInRounds(judging, job);
    if (this.#spec.subject.kind === 'endpoint') return this.#generateAtEndpoint(judging);
    return this.#generate(judging, job);
  }

  #generateInRounds(judging: Judging, job: Job): Promise<JobOutcome | null> {
    return generateInRounds(this.#context, {
      folder: this.#folder,
      spec: this.#spec,
      tasks: this.#tasks,
      judge: this.#judge,
      control: this.#control,
      job,
      readOn: () => this.#readOn(judging),
      tell: (message) => {
        this.#doing = message;
        this.#show(judging);
      },
    });
  }

  async #generate(judging: Judging, job: Job): Promise<JobOutcome | null> {
    const end = await runWorker(this.#context, {
      job,
      control: this.#control,
      folder: this.#folder,
      device: this.#spec.device,
      backend: this.#spec.backend,
      readOn: () => this.#readOn(judging),
    });
    const wanted = this.#tasks.length * this.#spec.comparability.sampling.repeats;
    const complete = this.#generations.count >= wanted;
    return generationOutcome(this.#spec, this.#folder, end, complete);
  }

  /** The lab itself asks an endpoint; no worker and no device are needed. */
  async #generateAtEndpoint(judging: Judging): Promise<JobOutcome | null> {
    const { closing, stopRequested } = this.#control;
    const reading = setInterval(() => {
      // What is wrong with the file is said by the last look.
      this.#readOn(judging).catch(() => undefined);
    }, endpointReadMilliseconds);
    try {
      await generateAtEndpoint(this.#context, {
        folder: this.#folder,
        spec: this.#spec,
        tasks: this.#tasks,
        signal: AbortSignal.any([closing, stopRequested]),
      });
      return null;
    } catch (error) {
      if (closing.aborted) return { kind: 'detached' };
      if (stopRequested.aborted) return { kind: 'stopped' };
      return { kind: 'failed', failure: endpointFailure(this.#spec, error) };
    } finally {
      clearInterval(reading);
      await this.#readOn(judging);
    }
  }

  /** One look at a time: what two would read at once could reach the judge after its end. */
  #readOn(judging: Judging): Promise<void> {
    this.#reading = this.#reading
      .catch(() => undefined)
      .then(async () => {
        judging.add(await this.#generations.readOn());
        this.#show(judging);
      });
    return this.#reading;
  }

  #show(judging: Judging): void {
    const generated = this.#generations.count;
    const shown = `${generated} ${judging.judged} ${this.#doing}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    saveCounts(this.#context.store, this.#spec.id, generated, judging.judged);
    const samples = this.#tasks.length * this.#spec.comparability.sampling.repeats;
    const share = (generated + judging.judged) / (2 * samples);
    const elapsed = (Date.now() - this.#began) / 1000;
    this.#control.progress(
      share,
      share > 0.05 ? (elapsed * (1 - share)) / share : null,
      this.#doing,
    );
  }

  async #finish(judgingSeconds: number | null): Promise<void> {
    const measured = summarize({
      spec: this.#spec,
      tasks: this.#tasks,
      generations: await generationReader(this.#folder).readOn(),
      judgements: await judgementReader(this.#folder).readOn(),
      sandbox: this.#judge.sandbox,
      toolchain: this.#judge.toolchain,
      judgingSeconds,
    });
    const rounds = this.#spec.agent
      ? { rounds: await passByRound(this.#folder, this.#spec, this.#tasks) }
      : {};
    const summary = { ...measured, ...rounds };
    const path = join(this.#folder, 'summary.json');
    await writeFileAtomic(path, `${JSON.stringify(summary, null, 2)}\n`);
    saveSummary(this.#context.store, this.#spec.id, summary);
    this.#context.changes.publish('evaluations', this.#spec.id);
    const { subject } = this.#spec;
    this.#context.changes.publish('runs', 'runId' in subject ? subject.runId : null);
  }
}
