import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queueSnapshotSchema } from '@shared/job';
import { runSummarySchema } from '@shared/run';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type FixturePlan, until } from '../support/bench-lab';
import {
  type CommandSettings,
  plannedEnvironments,
  runJson,
  runLab,
  startLab,
} from '../support/command';

const trainDocument = z.object({
  run: runSummarySchema,
  evaluations: z.array(z.unknown()),
  comparison: z.unknown(),
});

let folder = '';
/** Trainings wait after step 20 until `goOn`, so that what a test does meanwhile may take its time. */
const held = () => ({ delay: 5, holds: [{ at: 20, until: join(folder, 'go on') }] });
const goOn = () => writeFileSync(join(folder, 'go on'), '');

function settings(plan: FixturePlan): CommandSettings {
  return {
    home: join(folder, 'home'),
    environments: plannedEnvironments(join(folder, 'environments'), plan),
  };
}
const queue = async (lab: CommandSettings) =>
  queueSnapshotSchema.parse((await runJson(['queue'], lab)).value);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-cli-'));
  mkdirSync(join(folder, 'home'));
});
afterEach(async () => {
  // A background scheduler may be about to end; it must not outlive its folder.
  const lab = { home: join(folder, 'home') };
  await until(async () => (await queue(lab)).scheduler === null, 'nobody schedules any more', 60);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('lab train', () => {
  it('follows a training to its end and answers with one document', async () => {
    const lab = settings({ steps: 30, delay: 5 });
    const words = ['train', 'starter', '--no-evaluate', '--name', 'short one'];
    const { code, value, stderr } = await runJson(words, lab);
    const { run } = trainDocument.parse(value);
    expect(code).toBe(0);
    expect(run).toMatchObject({ name: 'short one', preset: 'starter', status: 'done', steps: 30 });
    expect(stderr).toContain('short one: trained 30 steps');
    expect(await queue(lab)).toMatchObject({ scheduler: null });
  });

  it('writes what was set into the specification', async () => {
    const lab = settings({ steps: 2, delay: 1 });
    const set = ['--set', 'schedule.learningRate=1e-4', 'adapter.targetModules=[q_proj, v_proj]'];
    await runJson(['train', 'starter', '--no-evaluate', ...set], lab);
    const { value } = await runJson(['runs', 'show', 'last'], lab);
    expect(value).toMatchObject({
      spec: {
        schedule: { learningRate: 1e-4 },
        adapter: { targetModules: ['q_proj', 'v_proj'] },
        overrides: { 'schedule.learningRate': 1e-4 },
      },
    });
  });

  it('ends with 1 and the failure card when the worker crashes', async () => {
    const lab = settings({ steps: 30, delay: 5, mode: 'crash' });
    const { code, value } = await runJson(['train', 'starter', '--no-evaluate'], lab);
    expect(code).toBe(1);
    expect(value).toMatchObject({ error: { code: 'failed' } });
    expect(JSON.stringify(value)).toContain('RuntimeError: the fixture crashes here');
    expect(JSON.stringify(value)).toContain('exit code 7');
  });

  it('lets the training go on after Ctrl-C, in the background, to its end', async () => {
    const lab = settings({ steps: 60, ...held() });
    const running = startLab(['train', 'starter', '--no-evaluate'], lab);
    const events = async () => (await runJson(['runs', 'list'], lab)).value;
    await until(async () => JSON.stringify(await events()).includes('"running"'), 'it runs', 30);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('the work goes on');
    const [run] = z.array(runSummarySchema).parse(await events());
    expect(run?.status).toBe('running');
    goOn();
    await until(async () => JSON.stringify(await events()).includes('"done"'), 'it is done', 60);
    const file = join(lab.home, 'runs', run?.id ?? '', 'events.jsonl');
    const steps = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"kind":"step"'))
      .map((line) => (JSON.parse(line) as { step: number }).step);
    expect(steps).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  it('with --detach returns at once and a background process trains', async () => {
    const lab = settings({ steps: 10, delay: 20 });
    const { code, value } = await runJson(['train', 'starter', '--no-evaluate', '--detach'], lab);
    expect(code).toBe(0);
    const { run } = trainDocument.parse(value);
    expect(run.status).toBe('queued');
    const state = async () =>
      z.object({ status: z.string() }).parse((await runJson(['runs', 'show', run.id], lab)).value);
    await until(async () => (await state()).status === 'done', 'it is done', 60);
  });

  it('leaves the scheduling to the process that holds the lease', async () => {
    const lab = settings({ steps: 30, ...held() });
    const first = startLab(['train', 'starter', '--no-evaluate', '--name', 'first'], lab);
    await until(async () => (await queue(lab)).scheduler !== null, 'the first schedules', 30);
    const words = ['train', 'starter', '--no-evaluate', '--name', 'second', '--json'];
    const second = startLab(words, lab);
    await until(async () => (await queue(lab)).jobs.length === 2, 'both are queued', 30);
    const { scheduler, jobs } = await queue(lab);
    expect(scheduler?.pid).toBe(first.child.pid);
    // One device: the second training waits for the first.
    expect(jobs.map(({ state }) => state)).toEqual(['running', 'queued']);
    expect(jobs[1]?.waitingFor).not.toBeNull();
    goOn();
    const [one, two] = await Promise.all([first.ended, second.ended]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(trainDocument.parse(JSON.parse(two.stdout)).run).toMatchObject({
      name: 'second',
      status: 'done',
    });
  });
});

describe('lab runs and lab queue', () => {
  it('stop a training with a checkpoint, resume it, rename it and delete it', async () => {
    const lab = settings({ steps: 80, ...held() });
    await runJson(['train', 'starter', '--no-evaluate', '--detach'], lab);
    const last = async () =>
      z
        .object({ id: z.string(), status: z.string(), steps: z.number() })
        .parse((await runJson(['runs', 'show', 'last'], lab)).value);
    await until(async () => (await last()).steps > 5, 'it trains', 30);
    const stopped = await runJson(['runs', 'stop', 'last'], lab);
    expect(stopped.value).toMatchObject({ status: 'stopped' });
    goOn();
    const resumed = await runJson(['runs', 'resume', 'last'], lab);
    expect(resumed).toMatchObject({ code: 0, value: { run: { status: 'done' } } });

    expect((await runLab(['runs', 'rename', 'last', 'kept'], lab)).code).toBe(0);
    const metrics = await runJson(['runs', 'metrics', 'kept'], lab);
    expect(metrics.value).toMatchObject({ lastStep: 80 });
    const log = await runLab(['runs', 'log', 'kept'], lab);
    expect(log.stdout).toContain('fixture worker: well');
    expect((await runLab(['runs', 'delete', 'kept'], lab)).code).toBe(0);
    expect((await runJson(['runs', 'list'], lab)).value).toEqual([]);
  });

  it('add enqueues without starting anything; cancel takes it out; run ends when idle', async () => {
    const lab = settings({ steps: 3, delay: 1 });
    for (const name of ['one', 'two']) {
      await runJson(['queue', 'add', 'starter', '--no-evaluate', '--name', name], lab);
    }
    const before = await queue(lab);
    expect(before.scheduler).toBeNull();
    expect(before.jobs.map(({ state }) => state)).toEqual(['queued', 'queued']);
    const [one, two] = before.jobs;
    await runJson(['queue', 'move', two?.id ?? '', '--before', one?.id ?? ''], lab);
    expect((await queue(lab)).jobs.map(({ id }) => id)).toEqual([two?.id, one?.id]);
    await runJson(['queue', 'cancel', one?.id ?? ''], lab);
    const { code, value } = await runJson(['queue', 'run'], lab);
    expect({ code, value }).toEqual({ code: 0, value: { reason: 'idle' } });
    const after = await queue(lab);
    const states = Object.fromEntries(after.jobs.map(({ id, state }) => [id, state]));
    expect(states).toEqual({ [one?.id ?? '']: 'cancelled', [two?.id ?? '']: 'done' });
  });
});
