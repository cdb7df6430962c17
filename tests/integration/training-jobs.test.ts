import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobById } from '@lab/queue/job-rows';
import { createQueueService } from '@lab/queue/queue-service';
import { Scheduler } from '@lab/queue/scheduler';
import { recentLoss } from '@lab/runs/run-progress';
import { runRow } from '@lab/runs/run-rows';
import { createRunsService } from '@lab/runs/runs-service';
import { createTrainRunner } from '@lab/runs/train-job';
import type { Job } from '@shared/job';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  enqueueFixture,
  fixtureEnvironments,
  openContext,
  removeFolder,
  runnersWith,
  type TestContext,
  temporaryFolder,
  until,
} from './support/bench-lab';

describe('a training job', () => {
  let folder: string;
  let context: TestContext;
  let scheduler: Scheduler;

  beforeEach(() => {
    folder = temporaryFolder();
    fixtureEnvironments(folder);
    context = openContext(folder);
    scheduler = new Scheduler(context, runnersWith({ train: createTrainRunner(context) }));
    scheduler.start();
  });

  afterEach(async () => {
    await scheduler.close();
    context.dispose();
    removeFolder(folder);
  });

  const state = (job: Job) => jobById(context.store, job.id)?.state;
  const failure = (job: Job) => jobById(context.store, job.id)?.failure ?? null;
  const progress = (job: Job) => runRow(context.store, job.targetId).progress;
  const ended = (job: Job) =>
    until(
      () => ['done', 'failed', 'stopped', 'cancelled'].includes(state(job) ?? ''),
      `${job.title} is over`,
    );

  it('is done when its worker says so, with every step in the index', async () => {
    const job = enqueueFixture(context, { steps: 30 });
    await ended(job);
    expect(state(job)).toBe('done');
    expect(progress(job)).toMatchObject({
      steps: 30,
      totalSteps: 30,
      garbage: 0,
      nonfinite: false,
    });
    const window = await createRunsService(context).metrics({ id: job.targetId, maxPoints: 100 });
    expect(window.step).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(window.series.loss.mean[9]).toBeCloseTo(0.1);
    expect(window.markers.map((marker) => `${marker.kind} ${marker.step}`)).toContain(
      'checkpoint 20',
    );
  });

  it.each([
    ['crash', { exitCode: 7, signal: null }, /exit code 7/],
    ['error', { exitCode: 1, signal: null }, /disk was full at step 5/],
    ['vanish', { exitCode: null, signal: null }, /vanished without a word/],
  ])('that ends by %s leaves a card which says so', async (mode, end, why) => {
    const job = enqueueFixture(context, { mode });
    await ended(job);
    expect(state(job)).toBe('failed');
    expect(failure(job)).toMatchObject({ ...end, canResume: false });
    expect(failure(job)?.why).toMatch(why);
    expect(failure(job)?.log).toContain(`fixture worker: ${mode}`);
    expect(failure(job)?.fix).not.toBe('');
  });

  it('survives lines that are no events, and counts them', async () => {
    const job = enqueueFixture(context, { mode: 'garbage' });
    await ended(job);
    expect(state(job)).toBe('done');
    expect(progress(job)).toMatchObject({ steps: 20, garbage: 3 });
  });

  it('survives lines written in halves, cut inside a character', async () => {
    const job = enqueueFixture(context, { mode: 'half-lines', steps: 12, delay: 30 });
    await ended(job);
    expect(progress(job)).toMatchObject({ steps: 12, garbage: 0 });
  });

  it('says that a loss was not a number, and shows none for it', async () => {
    const job = enqueueFixture(context, { mode: 'nan', steps: 12 });
    await ended(job);
    expect(progress(job).nonfinite).toBe(true);
    expect(recentLoss(progress(job))).toBeNull();
    const window = await createRunsService(context).metrics({ id: job.targetId, maxPoints: 100 });
    expect(window.series.loss.mean[4]).toBeNull();
  });

  it('takes in 100,000 events without losing one', async () => {
    const job = enqueueFixture(context, { mode: 'flood', steps: 100_000 });
    await ended(job);
    expect(progress(job).steps).toBe(100_000);
    const window = await createRunsService(context).metrics({ id: job.targetId, maxPoints: 500 });
    expect(window.lastStep).toBe(100_000);
    expect(window.step).toHaveLength(500);
  });

  it('stops with a checkpoint when asked, and goes on when resumed', async () => {
    const job = enqueueFixture(context, { steps: 4000, delay: 5 });
    const runs = createRunsService(context);
    await until(() => progress(job).steps > 12, 'it has done some steps');
    await runs.stop({ id: job.targetId });
    await ended(job);
    expect(state(job)).toBe('stopped');
    const detail = await runs.get({ id: job.targetId });
    const last = detail.checkpoints.at(-1);
    expect(last).toMatchObject({ complete: true, step: detail.summary.steps });
    await runs.resume({ id: job.targetId });
    await until(() => state(job) === 'running', 'it runs again');
    await runs.stop({ id: job.targetId });
    await ended(job);
    expect(jobById(context.store, job.id)?.attempt).toBe(2);
  });

  it('that fails takes along only the jobs which waited for it; a retry brings them back', async () => {
    const bad = enqueueFixture(context, { mode: 'crash' });
    const waiting = enqueueFixture(context, { steps: 5 }, { after: [bad.id] });
    const other = enqueueFixture(context, { steps: 5 });
    await ended(other);
    expect([state(bad), state(waiting), state(other)]).toEqual(['failed', 'cancelled', 'done']);
    expect(failure(waiting)?.why).toContain('failed');
    const queue = createQueueService(context, () => scheduler.owner);
    const fixture = join(context.home.runFolder(bad.targetId), 'fixture.json');
    writeFileSync(fixture, JSON.stringify({ mode: 'well', steps: 5 }));
    await queue.retry({ id: bad.id });
    await ended(bad);
    await until(() => state(waiting) === 'done', 'the job that waited is done');
  });

  it('runs beside one for another device, and after one for the same', async () => {
    const holds = [{ at: 5, until: 'go-on' }];
    const first = enqueueFixture(context, { steps: 10, holds }, { device: 'cuda:0' });
    const same = enqueueFixture(context, { steps: 2 }, { device: 'cuda:0' });
    const beside = enqueueFixture(context, { steps: 10, holds }, { device: 'cuda:1' });
    await until(() => state(beside) === 'running', 'the second device works');
    expect([state(first), state(same)]).toEqual(['running', 'queued']);
    const queue = createQueueService(context, () => scheduler.owner);
    const shown = (await queue.snapshot()).jobs.find((job) => job.id === same.id);
    expect(shown?.waitingFor).toMatch(/cuda:0 is busy/);
    for (const { targetId } of [first, beside])
      writeFileSync(join(context.home.runFolder(targetId), 'go-on'), '');
    await ended(same);
    expect(state(same)).toBe('done');
  });

  it('does not start while the queue is paused', async () => {
    const queue = createQueueService(context, () => scheduler.owner);
    await queue.pause();
    const job = enqueueFixture(context, { steps: 2 });
    await new Promise((wake) => setTimeout(wake, 1500));
    expect(state(job)).toBe('queued');
    await queue.resume();
    await ended(job);
    expect(state(job)).toBe('done');
  });

  it('draws what a resumed worker does again only once', async () => {
    const job = enqueueFixture(context, { steps: 15 });
    await ended(job);
    const runFolder = context.home.runFolder(job.targetId);
    writeFileSync(join(runFolder, 'fixture.json'), JSON.stringify({ steps: 25, resumeAt: 10 }));
    context.store.run("UPDATE jobs SET state = 'stopped' WHERE id = ?", job.id);
    await createRunsService(context).resume({ id: job.targetId });
    await until(() => progress(job).steps === 25, 'the second attempt is through');
    const window = await createRunsService(context).metrics({ id: job.targetId, maxPoints: 100 });
    expect(window.step).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    expect(window.markers).toContainEqual({
      kind: 'restart',
      step: 10,
      label: 'resumed from step 10',
    });
    const lines = readFileSync(join(runFolder, 'events.jsonl'), 'utf8').trim().split('\n');
    expect(lines.filter((line) => line.includes('"step":12,'))).toHaveLength(2);
  });
});
