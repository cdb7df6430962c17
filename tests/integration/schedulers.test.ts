import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isAlive, processIdentitySchema } from '@lab/process/identity';
import { superviseWorker } from '@lab/process/supervise';
import { startWorker } from '@lab/process/worker';
import { jobById } from '@lab/queue/job-rows';
import { Lease, leaseHolder } from '@lab/queue/lease';
import { reindexRuns } from '@lab/runs/reindex';
import { runRow } from '@lab/runs/run-rows';
import { runSummaries } from '@lab/runs/run-summary';
import { createRunsService } from '@lab/runs/runs-service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  enqueueFixture,
  fixtureEnvironments,
  openContext,
  removeFolder,
  type TestContext,
  temporaryFolder,
  until,
} from './support/bench-lab';
import { type Running, startLab } from './support/command';

const jobPids = z
  .object({ worker_json: z.string().nullable() })
  .transform(({ worker_json }) =>
    worker_json === null ? null : processIdentitySchema.parse(JSON.parse(worker_json)),
  );

describe('schedulers of one lab home', () => {
  let folder: string;
  let environments: string;
  let context: TestContext;
  const started: Running[] = [];

  beforeEach(() => {
    folder = temporaryFolder();
    environments = fixtureEnvironments(folder);
    context = openContext(folder);
  });

  afterEach(async () => {
    for (const { child } of started.splice(0)) child.kill('SIGKILL');
    for (const job of context.store.all(jobPids, 'SELECT worker_json FROM jobs')) {
      if (job !== null && isAlive(job)) process.kill(-job.pid, 'SIGKILL');
    }
    context.dispose();
    removeFolder(folder);
  });

  function schedule(): Running {
    const running = startLab(['queue', 'run'], { home: context.home.folder, environments });
    started.push(running);
    return running;
  }
  const steps = (runId: string) => runRow(context.store, runId).progress.steps;
  const held = (at: number) => ({ holds: [{ at, until: 'go-on' }] });
  const goOn = (runId: string) => writeFileSync(join(context.home.runFolder(runId), 'go-on'), '');

  it('when one is killed, the next takes over its lease and its worker, and no event is lost', async () => {
    const job = enqueueFixture(context, { steps: 400, delay: 2, ...held(100) });
    const first = schedule();
    await until(() => steps(job.targetId) > 20, 'the training is under way');
    const worker = jobById(context.store, job.id)?.worker;
    first.child.kill('SIGKILL');
    await first.ended;
    expect(worker !== null && worker !== undefined && isAlive(worker)).toBe(true);
    const second = schedule();
    const takenOver = () => leaseHolder(context.store)?.pid === second.child.pid;
    await until(takenOver, 'the second schedules');
    goOn(job.targetId);
    await second.ended;
    expect(jobById(context.store, job.id)).toMatchObject({ state: 'done', attempt: 1, worker });
    expect(runRow(context.store, job.targetId).progress).toMatchObject({ steps: 400, garbage: 0 });
    const window = await createRunsService(context).metrics({ id: job.targetId, maxPoints: 1000 });
    expect(window.step).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  });

  it('what ended while nobody looked is settled from its files', async () => {
    const job = enqueueFixture(context, { steps: 60, delay: 2, ...held(30) });
    const first = schedule();
    await until(() => steps(job.targetId) > 5, 'the training is under way');
    first.child.kill('SIGKILL');
    await first.ended;
    goOn(job.targetId);
    const events = join(context.home.runFolder(job.targetId), 'events.jsonl');
    await until(() => readFileSync(events, 'utf8').includes('"done"'), 'the worker has ended');
    expect(steps(job.targetId)).toBeLessThan(60);
    await schedule().ended;
    expect(jobById(context.store, job.id)?.state).toBe('done');
    expect(steps(job.targetId)).toBe(60);
  });

  it('a worker that was killed meanwhile leaves a card that says so', async () => {
    const job = enqueueFixture(context, { steps: 4000, delay: 10 });
    const first = schedule();
    await until(() => steps(job.targetId) > 12, 'the training has a checkpoint');
    first.child.kill('SIGKILL');
    await first.ended;
    const worker = jobById(context.store, job.id)?.worker;
    process.kill(-(worker?.pid ?? 0), 'SIGKILL');
    await schedule().ended;
    const failed = jobById(context.store, job.id);
    expect(failed).toMatchObject({ state: 'failed', failure: { canResume: true } });
    expect(failed?.failure?.why).toMatch(/vanished/);
  });

  it('only one of two holds the lease; it is free again when that one lets go', () => {
    const mine = new Lease(context.store);
    const other = new Lease(context.store);
    expect([mine.hold(), other.hold(), mine.hold()]).toEqual([true, false, true]);
    expect(leaseHolder(context.store)).toMatchObject({ owner: mine.owner, pid: process.pid });
    mine.release();
    expect([other.hold(), mine.hold()]).toEqual([true, false]);
  });

  it('a process that took the pid of a dead owner does not keep the lease', () => {
    new Lease(context.store).hold();
    context.store.run("UPDATE lease SET start_time = 'before'");
    expect(leaseHolder(context.store)).toBeNull();
    expect(new Lease(context.store).hold()).toBe(true);
  });

  it('a worker that ignores the request and SIGTERM is killed with its whole group', async () => {
    const job = enqueueFixture(context, { mode: 'ignores-sigterm', steps: 5 });
    const runFolder = context.home.runFolder(job.targetId);
    const identity = await startWorker({
      command: {
        program: join(environments, 'torch-cpu', 'bin', 'python'),
        arguments: [],
        pythonPath: folder,
      },
      folder: runFolder,
      attempt: 'a.1',
      threads: 1,
    });
    const log = join(runFolder, 'worker.log');
    await until(() => readFileSync(log, 'utf8').includes('fixture worker'), 'it runs');
    const stop = new AbortController();
    stop.abort();
    const end = await superviseWorker({
      folder: runFolder,
      identity,
      attempt: 'a.1',
      closing: new AbortController().signal,
      stopRequested: stop.signal,
      readOn: async () => undefined,
      grace: { control: 0.3, terminate: 0.5 },
    });
    expect(end).toEqual({ kind: 'ended', report: null, killed: true });
    expect(isAlive(identity)).toBe(false);
    expect(readFileSync(join(runFolder, 'control.json'), 'utf8')).toContain('"stop"');
    expect(readFileSync(log, 'utf8')).toContain('not listening');
  });

  it('a reindex finds again what the folders hold, and deletes nothing', async () => {
    const job = enqueueFixture(context, { steps: 25, delay: 1 });
    await schedule().ended;
    const before = runSummaries(context.store);
    expect(before).toMatchObject([{ id: job.targetId, steps: 25, status: 'done' }]);
    context.store.run('DELETE FROM jobs');
    context.store.run('DELETE FROM runs');
    expect(await reindexRuns(context)).toEqual({ found: 1, problems: [] });
    expect(runSummaries(context.store)).toEqual(before);
  });

  it('a pid alone does not make a process the one that was meant', () => {
    const self = identityOf(process.pid);
    expect(self !== null && isAlive(self)).toBe(true);
    expect(isAlive({ pid: process.pid, startTime: 'another time' })).toBe(false);
  });
});
