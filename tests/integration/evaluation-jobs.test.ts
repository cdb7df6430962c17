import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enqueuePrepared, prepareRunEvaluations } from '@lab/evaluations/enqueue';
import { reindexEvaluations } from '@lab/evaluations/reindex';
import { cancelDependants } from '@lab/queue/dependants';
import { enqueueJob } from '@lab/queue/enqueue';
import { applyAction, jobById } from '@lab/queue/job-rows';
import { createQueueService } from '@lab/queue/queue-service';
import { insertRun } from '@lab/runs/run-rows';
import { LabError } from '@shared/errors';
import { evaluationSummarySchema } from '@shared/evaluation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleSpec, removeFolder, temporaryFolder, until } from './support/bench-lab';
import { EvaluationLab, useGeneratingWorker, writeBenchmark } from './support/evaluation-lab';

describe('an evaluation', () => {
  let folder: string;
  let lab: EvaluationLab;

  beforeEach(() => {
    folder = temporaryFolder();
    useGeneratingWorker(folder);
    lab = new EvaluationLab(folder);
    writeBenchmark(lab.context, 8);
  });

  afterEach(async () => {
    await lab.close();
    removeFolder(folder);
  });

  /** Stored answers as a file for `replay:`; the reference where nothing is said. */
  function stored(answers: Readonly<Record<string, object>>): string {
    const path = join(folder, 'answers.jsonl');
    const lines = Array.from({ length: 8 }, (_, index) =>
      JSON.stringify({
        ...{ taskId: `t${index}`, sample: 0, text: `console.log(1 ? ${index} : 0)` },
        ...{ finishReason: 'stop', promptTokens: 1, completionTokens: 3, seconds: 0.5 },
        ...answers[`t${index}`],
      }),
    );
    writeFileSync(path, lines.join('\n'));
    return path;
  }

  it('of the reference passes every stage that a task has, and says so everywhere', async () => {
    const id = await lab.enqueue('reference');
    expect(await lab.ended(id)).toBe('done');
    const summary = await lab.summary(id);
    expect(summary.rates.outputPass).toMatchObject({ passed: 8, total: 8, rate: 1, high: 1 });
    expect(summary.rates.constructsPass).toMatchObject({ passed: 4, total: 4 });
    expect(summary.rates.testsPass).toMatchObject({ total: 0, rate: null, low: null });
    expect(summary.categories.second?.runPass).toMatchObject({ passed: 4, total: 4 });
    expect(summary.passAt1.value).toBe(1);
    expect(summary.sandbox).not.toBe('none');
    expect(
      evaluationSummarySchema.parse(JSON.parse(readFileSync(lab.path(id, 'summary.json'), 'utf8'))),
    ).toEqual(summary);
    expect(await lab.service.cells({ id })).toHaveLength(8);
    const task = await lab.service.task({ id, taskId: 't3' });
    expect(task.samples[0]?.judgement?.stdout).toBe('3\n');
    expect((await lab.service.list())[0]).toMatchObject({ status: 'done', judged: 8, samples: 8 });
  });

  it('counts what failed by kind, and leaves failures of ours out of the rates', async () => {
    const path = stored({
      t0: { text: 'console.log(0)' },
      t1: { text: 'console.log("one")' },
      t2: { text: 'let = ' },
      t3: { text: '', finishReason: 'error', error: 'The model ran out of memory.' },
    });
    const id = await lab.enqueue(`replay:${path}`);
    expect(await lab.ended(id)).toBe('done');
    const summary = await lab.summary(id);
    expect(summary.failures).toEqual({
      construct_missing: 1,
      wrong_output: 1,
      syntax: 1,
      generation: 1,
    });
    expect(summary.rates.syntaxPass).toMatchObject({ passed: 6, total: 7 });
    expect(summary.rates.outputPass).toMatchObject({ passed: 5, total: 7 });
    expect(summary.rates.constructsPass).toMatchObject({ passed: 2, total: 4 });
    expect(summary.passAt1.value).toBeCloseTo(4 / 7);
    expect(summary.tasks.map((task) => task.id)).not.toContain('t3');
    expect(summary.completionTokens).toBe(24);
  });

  it('collapses repeats that agree, and bootstraps by task where they differ', async () => {
    const same = await lab.enqueue('reference', { repeats: 3 });
    const once = await lab.enqueue('reference');
    await lab.ended(same);
    await lab.ended(once);
    const [three, one] = [await lab.summary(same), await lab.summary(once)];
    expect(three.rates.runPass).toMatchObject({ passed: 24, total: 24 });
    expect(three.passAt1).toEqual(one.passAt1);
    expect(three.tasks[0]).toMatchObject({ passed: 3, repeats: 3 });
  });

  it('refuses stored answers that do not cover the benchmark', async () => {
    const path = join(folder, 'few.jsonl');
    writeFileSync(path, '{"taskId": "t0", "text": "1"}\n{"taskId": "other", "text": "1"}\n');
    const id = await lab.enqueue(`replay:${path}`);
    expect(await lab.ended(id)).toBe('failed');
    const { failure } = await lab.service.get({ id });
    expect(failure?.why).toBe('7 of 8 samples are not in it.');
    expect(failure?.details).toContain('t1, sample 0');
  });

  it('takes up what an earlier attempt left, and judges nothing twice', async () => {
    lab.pause();
    const id = await lab.enqueue('base:starter');
    const generation = (taskId: string, text: string) =>
      JSON.stringify({
        ...{ taskId, sample: 0, text, finishReason: 'stop' },
        ...{ promptTokens: 1, completionTokens: 1, seconds: 0 },
      });
    writeFileSync(
      lab.path(id, 'generations.jsonl'),
      [
        generation('t0', 'console.log(1 ? 0 : 0)'),
        generation('t1', 'x'),
        '{"taskId": "t2", "sam',
      ].join('\n'),
    );
    const early = {
      ...{ taskId: 't0', sample: 0, code: 'judged before', stages: [], passed: false },
      ...{ failure: 'timeout', message: '', stdout: '', stderr: '', exitCode: null, signal: null },
    };
    writeFileSync(
      lab.path(id, 'judgements.jsonl'),
      `${JSON.stringify(early)}\n{"taskId": "t1", "sample": 0, "co`,
    );
    lab.go();
    expect(await lab.ended(id)).toBe('done');
    const generated = lab.lines(id, 'generations.jsonl').filter((line) => line.endsWith('}'));
    expect(generated).toHaveLength(8);
    const judged = lab.lines(id, 'judgements.jsonl').filter((line) => line.endsWith('}'));
    expect(judged).toHaveLength(8);
    expect((await lab.summary(id)).failures).toEqual({ timeout: 1, runtime: 1 });
  });

  it('judges while generation runs, survives a restart of the lab, and repeats nothing', async () => {
    lab.pause();
    const id = await lab.enqueue('base:starter', { repeats: 4 });
    writeFileSync(lab.path(id, 'generating.json'), '{"delay": 120}');
    lab.go();
    await until(
      async () => {
        const { item } = await lab.service.get({ id });
        return item.judged >= 3 && item.generated < 32;
      },
      'three are judged while others are generated',
      60,
    );
    await lab.restart();
    expect(await lab.ended(id)).toBe('done');
    expect(lab.lines(id, 'starts.log')).toHaveLength(1);
    for (const name of ['generations.jsonl', 'judgements.jsonl']) {
      const keys = lab.lines(id, name).map((line) => {
        const { taskId, sample } = JSON.parse(line) as { taskId: string; sample: number };
        return `${taskId} ${sample}`;
      });
      expect(keys).toHaveLength(32);
      expect(new Set(keys).size).toBe(32);
    }
  });

  it('leaves a card when the worker crashes, and goes on after a retry', async () => {
    lab.pause();
    const id = await lab.enqueue('base:starter');
    writeFileSync(lab.path(id, 'generating.json'), '{"crashAfter": 3, "halfLine": true}');
    lab.go();
    expect(await lab.ended(id)).toBe('failed');
    const { failure } = await lab.service.get({ id });
    expect(failure).toMatchObject({ exitCode: 9, canResume: true });
    await createQueueService(lab.context, () => null).retry({ id: lab.job(id).id });
    await until(() => lab.job(id).state === 'done', 'the retry is done', 60);
    expect((await lab.summary(id)).samples).toBe(8);
    expect(lab.lines(id, 'starts.log')).toHaveLength(2);
  });

  it('stops when it is asked to, with what was generated kept', async () => {
    lab.pause();
    const id = await lab.enqueue('base:starter', { repeats: 20 });
    writeFileSync(lab.path(id, 'generating.json'), '{"delay": 50}');
    lab.go();
    await until(async () => (await lab.service.get({ id })).item.generated > 2, 'it generates', 60);
    await createQueueService(lab.context, () => null).cancel({ id: lab.job(id).id });
    expect(await lab.ended(id)).toBe('stopped');
    expect(lab.lines(id, 'generations.jsonl').length).toBeGreaterThan(2);
  });

  it('is refused when the toolchain has changed since it was queued', async () => {
    lab.pause();
    const id = await lab.enqueue('reference');
    const path = lab.path(id, 'spec.json');
    const spec = JSON.parse(readFileSync(path, 'utf8')) as { comparability: object };
    const comparability = { ...spec.comparability, toolchainVersion: 'v1.0.0' };
    lab.context.store.run(
      'UPDATE evaluations SET spec_json = ? WHERE id = ?',
      JSON.stringify({ ...spec, comparability }),
      id,
    );
    lab.go();
    expect(await lab.ended(id)).toBe('failed');
    expect((await lab.service.get({ id })).failure?.why).toMatch(/was v1\.0\.0 and is v\d+/);
  });

  it('counts hidden tests only where a task has them, and refuses rules that nobody knows', async () => {
    const folder = join(lab.context.home.benchmarks, 'mine');
    const task = { id: 'x', category: 'c', prompt: 'p', reference: 'const two = () => 2;' };
    const tests = "test('two', () => assert.equal(two(), 2));";
    appendFileSync(join(folder, 'tasks.jsonl'), `${JSON.stringify({ ...task, tests })}\n`);
    const answer = { taskId: 'x', sample: 0, text: 'const two = () => 3;' };
    const wrong = stored({});
    appendFileSync(wrong, `\n${JSON.stringify(answer)}\n`);
    const right = await lab.enqueue('reference');
    await lab.ended(right);
    expect((await lab.summary(right)).rates.testsPass).toMatchObject({ passed: 1, total: 1 });
    const replayed = await lab.enqueue(`replay:${wrong}`);
    await lab.ended(replayed);
    const summary = await lab.summary(replayed);
    expect(summary.rates.testsPass).toMatchObject({ passed: 0, total: 1 });
    expect(summary.failures.tests_failed).toBe(1);
    const manifest = JSON.parse(readFileSync(join(folder, 'benchmark.json'), 'utf8'));
    writeFileSync(
      join(folder, 'benchmark.json'),
      JSON.stringify({ ...manifest, gates: ['elegance'] }),
    );
    await expect(lab.enqueue('reference')).rejects.toThrow(/has no gate "elegance"/);
  });

  it('is compared only with one made under the same conditions', async () => {
    const worse = stored({ t1: { text: 'let = ' }, t2: { text: 'let = ' } });
    const a = await lab.enqueue('reference');
    const b = await lab.enqueue(`replay:${worse}`);
    const warm = await lab.enqueue('reference', { temperature: 0.3 });
    for (const id of [a, b, warm]) await lab.ended(id);
    expect(await lab.service.compare({ a, b, force: false })).toMatchObject({
      tasks: 8,
      onlyA: ['t1', 't2'],
      onlyB: [],
      verdict: 'no detectable difference',
      forced: false,
    });
    const refused = await lab.service.compare({ a, b: warm, force: false }).catch((e) => e);
    expect(refused).toBeInstanceOf(LabError);
    expect(refused).toMatchObject({
      code: 'refused',
      details: ['sampling.temperature: 0 against 0.3'],
    });
    const forced = await lab.service.compare({ a, b: warm, force: true });
    expect(forced).toMatchObject({ forced: true, keyDifferences: refused.details });
  });

  it('of a base model is shared by the runs that need it, whatever becomes of the first', async () => {
    const { context } = lab;
    lab.pause();
    const queue = async (id: string) => {
      const run = { ...exampleSpec(id), name: id };
      insertRun(context.store, run);
      const job = enqueueJob(context, {
        ...{ kind: 'train', title: id, targetId: id, device: 'cpu', after: [] },
      });
      const evaluations = [{ benchmark: 'mine', repeats: 1, temperature: 0 }];
      const prepared = await prepareRunEvaluations(context, run, evaluations);
      const ids = enqueuePrepared(context, prepared, [job.id]);
      return { job, ids };
    };
    const first = await queue('first');
    const second = await queue('second');
    expect(first.ids).toHaveLength(2);
    expect(second.ids[0]).toBe(first.ids[0]);
    expect(second.ids[1]).not.toBe(first.ids[1]);
    applyAction(context.store, first.job.id, 'start');
    applyAction(context.store, first.job.id, 'fail');
    const ended = jobById(context.store, first.job.id);
    if (ended !== null) cancelDependants(context.store, ended);
    expect(first.ids.map((id) => lab.job(id).state)).toEqual(['queued', 'cancelled']);
  });

  it('is found again by a reindex', async () => {
    const id = await lab.enqueue('reference');
    await lab.ended(id);
    const summary = await lab.summary(id);
    lab.context.store.run('DELETE FROM evaluations');
    lab.context.store.run('DELETE FROM jobs');
    expect(await reindexEvaluations(lab.context)).toEqual({ found: 1, problems: [] });
    expect((await lab.service.list())[0]).toMatchObject({ id, status: 'done', summary });
  });
});
