/** PyTorch on this machine's CPU, with less memory than the training asks for at first. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { jobOfTarget } from '@lab/queue/job-rows';
import { Scheduler } from '@lab/queue/scheduler';
import { createRunsService } from '@lab/runs/runs-service';
import { createTrainRunner } from '@lab/runs/train-job';
import { eventSchema, type StepEvent } from '@shared/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openContext,
  removeFolder,
  runnersWith,
  type TestContext,
  temporaryFolder,
  until,
} from './support/bench-lab';

const repository = resolve(import.meta.dirname, '..', '..');
const environments = process.env.LORABENCH_ENVIRONMENTS ?? join(repository, '.environments');
const realPython = join(environments, 'torch-cpu', 'bin', 'python');
const canLimit = spawnSync('prlimit', ['--version']).status === 0;
const minutes = 60_000;

interface Row {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** Twenty examples of some 700 tokens: the starter's answers, several in each. */
function writeLongCorpus(path: string): void {
  const starter = join(repository, 'resources', 'corpora', 'starter', 'train.jsonl');
  const rows = readFileSync(starter, 'utf8').trim().split('\n').slice(0, 320);
  const answers = rows.map((line) => (JSON.parse(line) as Row).messages.at(-1)?.content ?? '');
  const lines = Array.from({ length: 20 }, (_, index) => {
    const content = answers.slice(index * 16, index * 16 + 14).join('\n');
    const messages = [
      { role: 'user', content: `Print ${index} in JavaScript.` },
      { role: 'assistant', content },
    ];
    return JSON.stringify({ messages });
  });
  writeFileSync(path, `${lines.join('\n')}\n`);
}

describe.skipIf(!canLimit)('a training by PyTorch that gets too little memory', () => {
  let folder: string;
  let context: TestContext;
  let scheduler: Scheduler;

  beforeEach(() => {
    folder = temporaryFolder();
    context = openContext(folder);
    scheduler = new Scheduler(context, runnersWith({ train: createTrainRunner(context) }));
    scheduler.start();
    writeLongCorpus(join(folder, 'long.jsonl'));
  });
  afterEach(async () => {
    await scheduler.close();
    context.dispose();
    removeFolder(folder);
  });

  /** The interpreter of `torch-cpu`; with a limit the system gives it no more private memory. */
  function usePython(limitBytes: number | null): void {
    const python = join(folder, 'environments', 'torch-cpu', 'bin', 'python');
    mkdirSync(dirname(python), { recursive: true });
    const limit = limitBytes === null ? '' : `prlimit --data=${limitBytes} `;
    writeFileSync(python, `#!/bin/sh\nexec ${limit}"${realPython}" "$@"\n`);
    chmodSync(python, 0o755);
  }

  async function train(micro: number) {
    const runs = createRunsService(context);
    const { runId } = await runs.train({
      preset: 'starter',
      device: 'cpu',
      evaluate: [],
      overrides: {
        corpus: join(folder, 'long.jsonl'),
        'batch.micro': micro,
        'batch.maxLength': 1000,
        'schedule.maxSteps': 2,
        'schedule.warmupSteps': 0,
        'monitoring.validationShare': 0,
        'monitoring.samplePrompts': [],
      },
    });
    const state = () => jobOfTarget(context.store, runId)?.state ?? '';
    await until(() => ['done', 'failed'].includes(state()), `micro-batch ${micro}`, 240);
    const lines = readFileSync(join(context.home.runFolder(runId), 'events.jsonl'), 'utf8');
    const events = lines
      .trim()
      .split('\n')
      .map((line) => eventSchema.parse(JSON.parse(line)));
    const steps = events.filter((event): event is StepEvent => event.kind === 'step');
    return { state: state(), events, steps, spec: (await runs.get({ id: runId })).spec };
  }

  it(
    'finishes with a smaller micro-batch, with the numbers of one that had it from the start',
    async () => {
      usePython(null);
      const reference = await train(4);
      expect(reference.state).toBe('done');
      const needed = reference.steps.at(-1)?.peakMemoryBytes ?? 0;

      usePython(needed + 400 * 1024 * 1024);
      const limited = await train(16);
      expect(limited.state).toBe('done');
      const errors = limited.events.filter((event) => event.kind === 'error');
      expect(errors.length).toBeGreaterThan(0);
      expect(new Set(errors.map((error) => error.code))).toEqual(new Set(['out_of_memory']));
      // The longest batch comes first: the shortage shows before anything was done in vain.
      expect(limited.steps.map((step) => step.step)).toEqual([1, 2]);
      const { adjustments, batch } = limited.spec;
      expect(adjustments).toHaveLength(errors.length);
      expect(adjustments[0]).toMatchObject({ step: 0, fromMicro: 16, toMicro: 8 });
      expect(batch.micro * batch.accumulation).toBe(16);
      expect(batch.micro).toBe(16 / 2 ** errors.length);
      for (const [index, step] of limited.steps.entries()) {
        const expected = reference.steps[index];
        expect(step.targetTokens).toBe(expected?.targetTokens);
        expect(step.correctTokens).toBe(expected?.correctTokens);
        expect(step.learningRate).toBe(expected?.learningRate);
        expect(step.loss).toBeCloseTo(expected?.loss ?? 0, 5);
        expect(step.gradNorm).toBeCloseTo(expected?.gradNorm ?? 0, 4);
      }
    },
    10 * minutes,
  );
});
