/** An evaluation whose scheduler is killed again and again comes to the summary of one left alone. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEvaluationsService } from '@lab/evaluations/evaluations-service';
import { jobOfTarget } from '@lab/queue/job-rows';
import { type EvaluationSummary, evaluationSummarySchema } from '@shared/evaluation';
import { judgementSchema } from '@shared/judgement';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openContext,
  removeFolder,
  type TestContext,
  temporaryFolder,
  until,
} from './support/bench-lab';
import { type Running, startLab } from './support/command';

const kills = 10;
const tasks = 40;
const repeats = 2;
const samples = tasks * repeats;
const seed = 20_251_121;

describe('an evaluation that is killed ten times', () => {
  let folder: string;
  const contexts: TestContext[] = [];
  const started: Running[] = [];

  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    for (const { child } of started.splice(0)) child.kill('SIGKILL');
    for (const context of contexts.splice(0)) context.dispose();
    removeFolder(folder);
  });

  /** A lab home of its own with the benchmark, and one evaluation in its queue. */
  async function enqueued(name: string) {
    mkdirSync(join(folder, name));
    const context = openContext(join(folder, name));
    contexts.push(context);
    writeBenchmark(context.home.benchmarks);
    const { id } = await createEvaluationsService(context).enqueue({
      ...{ subject: `replay:${join(folder, 'answers.jsonl')}`, benchmark: 'mixed', repeats },
      ...{ temperature: 0, seed: 0, allowUnsandboxed: false },
    });
    const evaluation = context.home.evaluationFolder(id);
    const judgements = join(evaluation, 'judgements.jsonl');
    return {
      schedule(): Running {
        const running = startLab(['queue', 'run'], { home: context.home.folder });
        started.push(running);
        return running;
      },
      lines: (): readonly string[] =>
        existsSync(judgements) ? readFileSync(judgements, 'utf8').split('\n').filter(Boolean) : [],
      state: () => jobOfTarget(context.store, id)?.state,
      summary: () =>
        evaluationSummarySchema.parse(
          JSON.parse(readFileSync(join(evaluation, 'summary.json'), 'utf8')),
        ),
    };
  }

  it('finishes with the same summary as one that was not, and judges nothing twice', async () => {
    writeAnswers(join(folder, 'answers.jsonl'));
    const alone = await enqueued('alone');
    expect((await alone.schedule().ended).code).toBe(0);
    requireVariety(alone.summary());

    const killed = await enqueued('killed');
    const random = numbers(seed);
    const seen: number[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const running = killed.schedule();
      // A third while it starts; the others once a random number of new judgements are there.
      const early = random() < 0.33;
      const before = killed.lines().length;
      const further = 1 + Math.floor((random() * (samples - before)) / (kills - kill));
      // Some are always left, so that the kill comes before the end.
      const wanted = Math.min(before + further, samples - 12);
      if (!early) await until(() => killed.lines().length >= wanted, `${wanted} are judged`, 60);
      await sleep(random() * (early ? 1500 : 60));
      running.child.kill('SIGKILL');
      expect((await running.ended).signal).toBe('SIGKILL');
      seen.push(killed.lines().length);
    }
    expect(killed.state()).not.toBe('done');
    expect(new Set(seen).size).toBeGreaterThan(4);
    expect((await killed.schedule().ended).code).toBe(0);
    expect([alone.state(), killed.state()]).toEqual(['done', 'done']);
    expect(comparable(killed.summary())).toEqual(comparable(alone.summary()));

    const keys = killed.lines().flatMap((line) => {
      const parsed = judgementSchema.safeParse(jsonOf(line)).data;
      return parsed === undefined ? [] : [`${parsed.taskId} ${parsed.sample}`];
    });
    expect(new Set(keys).size).toBe(samples);
    expect(keys).toHaveLength(samples);
  }, 300_000);
});

/** What does not depend on when and how often it ran. */
function comparable({ id: _, judgingSeconds: __, ...rest }: EvaluationSummary) {
  return rest;
}

/** A summary in which every answer failed, or none, would hide what was lost. */
function requireVariety({ failures, rates, passAt1, samples: judged }: EvaluationSummary): void {
  expect(judged).toBe(samples);
  const kinds = ['construct_missing', 'runtime', 'syntax', 'tests_failed', 'wrong_output'];
  expect(Object.keys(failures).sort()).toEqual(kinds);
  expect(rates.testsPass.total).toBeGreaterThan(10);
  expect(passAt1.value).toBeGreaterThan(0.2);
  expect(passAt1.value).toBeLessThan(0.8);
}

/** Every third task has hidden tests, every second of the others asks for a construct. */
function writeBenchmark(benchmarks: string): void {
  const folder = join(benchmarks, 'mixed');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    ...{ schemaVersion: 1, name: 'mixed', version: 'v1', title: 'Mixed', description: '' },
    ...{ toolchain: 'python', systemPrompt: null, file: 'tasks.jsonl', license: 'MIT' },
  };
  writeFileSync(join(folder, 'benchmark.json'), JSON.stringify(manifest));
  const lines = Array.from({ length: tasks }, (_, n) => {
    const common = { id: `t${n}`, category: `c${n % 4}`, prompt: 'p', reference: right(n) };
    if (n % 3 === 0) return { ...common, tests: `assert f(${n}) == ${n * n}` };
    return {
      ...{ ...common, expectedOutput: `${n * n}\n` },
      constructs: n % 2 === 0 ? ['lambda'] : [],
    };
  });
  writeFileSync(join(folder, 'tasks.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
}

const right = (n: number) => `f = lambda x: x * x\nprint(f(${n}))`;

/** Right, wrong and broken answers, by turns that differ between the samples of a task. */
function writeAnswers(path: string): void {
  const kinds = [
    right,
    right,
    (n: number) => `def f(x): return x * x\nprint(f(${n}))`,
    () => 'f = lambda x: x + 1\nprint(f(-1))',
    () => 'f = lambda x: x *',
    () => 'f = lambda x: x\nraise ValueError("no")',
  ];
  const random = numbers(seed + 1);
  const lines: string[] = [];
  for (let n = 0; n < tasks; n += 1) {
    for (let sample = 0; sample < repeats; sample += 1) {
      const text = kinds[Math.floor(random() * kinds.length)]?.(n) ?? '';
      lines.push(JSON.stringify({ taskId: `t${n}`, sample, text, finishReason: 'stop' }));
    }
  }
  writeFileSync(path, lines.join('\n'));
}

/** Numbers from 0 to 1, the same for the same seed: a linear congruential generator of 32 bits. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
