import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OomWatch } from '@lab/process/oom-kills';
import { applyAction } from '@lab/queue/job-rows';
import { withHalfMicroBatch } from '@lab/runs/adjustments';
import type { Job } from '@shared/job';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeFolder, temporaryFolder, until } from './support/bench-lab';
import { MemoryLab } from './support/memory-lab';

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('a training that runs out of memory', () => {
  let folder: string;
  let lab: MemoryLab;

  beforeEach(() => {
    folder = temporaryFolder();
    lab = new MemoryLab(folder);
  });

  afterEach(async () => {
    await lab.dispose();
    removeFolder(folder);
  });

  const changes = (job: Job) =>
    lab.spec(job).adjustments.map(({ step, fromMicro, toMicro }) => [step, fromMicro, toMicro]);

  it('goes on from its checkpoint with half the micro-batch until it fits, as one job and one run', async () => {
    lab.open();
    const job = lab.enqueue({ steps: 30, fits: 4, failAt: 13, delay: 20 });
    await until(() => lab.job(job).message !== null, 'the queue says so');
    expect(lab.job(job).message).toMatch(/^micro-batch [84] since memory ran out$/);
    expect(await lab.ended(job)).toBe('done');
    // 16, 8, 4: what was reached by step 10 is kept each time.
    expect(changes(job)).toEqual([
      [10, 16, 8],
      [10, 8, 4],
    ]);
    expect(lab.spec(job).adjustments[0]?.reason).toBe('out_of_memory');
    expect(lab.spec(job).batch).toMatchObject({ effective: 16, micro: 4, accumulation: 4 });
    expect(lab.writtenSpec(job)).toEqual(lab.spec(job));
    expect(lab.job(job)).toMatchObject({ attempt: 1, failure: null });
    expect(lab.starts(job)).toBe(3);
    await expect(lab.runs.list()).resolves.toHaveLength(1);
    const window = await lab.runs.metrics({ id: job.targetId, maxPoints: 100 });
    expect(window.step).toEqual(upTo(30));
    const restarts = window.markers.filter((marker) => marker.kind === 'restart');
    expect(restarts).toEqual([
      { kind: 'restart', step: 10, label: 'resumed from step 10' },
      { kind: 'restart', step: 10, label: 'resumed from step 10' },
    ]);
    const detail = await lab.runs.get({ id: job.targetId });
    expect(detail.spec.adjustments).toHaveLength(2);
    expect(detail.failure).toBeNull();
  });

  it('begins again where nothing was kept yet', async () => {
    lab.open();
    const job = lab.enqueue({ steps: 6, fits: 8, failAt: 4 });
    expect(await lab.ended(job)).toBe('done');
    expect(changes(job)).toEqual([[0, 16, 8]]);
    const window = await lab.runs.metrics({ id: job.targetId, maxPoints: 100 });
    expect(window.step).toEqual(upTo(6));
  });

  it('fails when one example at a time is too much, with the nearest change', async () => {
    lab.open();
    const job = lab.enqueue({ fits: 0 });
    expect(await lab.ended(job)).toBe('failed');
    expect(changes(job).map(([, , to]) => to)).toEqual([8, 4, 2, 1]);
    const failure = lab.job(job).failure;
    expect(failure?.why).toBe('CPU ran out of memory with one example at a time.');
    expect(failure?.fix).toContain('train fixture --set batch.gradientCheckpointing=true');
    expect(failure).toMatchObject({ exitCode: 1, canResume: true, details: ['micro-batch 1'] });
  });

  it('is not tried again when the model alone is too large', async () => {
    lab.open();
    const job = lab.enqueue({ fits: 0, mode: 'while-loading' });
    expect(await lab.ended(job)).toBe('failed');
    expect(lab.starts(job)).toBe(1);
    expect(changes(job)).toEqual([]);
    expect(lab.job(job).failure?.why).toContain('the model alone is too large');
    expect(lab.job(job).failure?.fix).toContain('--set quantization.kind=nf4');
  });

  it('stays stopped when its user was stopping it, and goes on with the smaller one later', async () => {
    lab.open();
    const job = lab.enqueue({ steps: 500, fits: 8, delay: 10, mode: 'when-asked-to-stop' });
    await until(() => lab.starts(job) === 1, 'it has begun');
    await until(async () => (await lab.runs.get({ id: job.targetId })).summary.steps > 11, 'steps');
    await lab.runs.stop({ id: job.targetId });
    expect(await lab.ended(job)).toBe('stopped');
    expect(changes(job)).toEqual([[expect.toSatisfy((step) => step % 10 === 0), 16, 8]]);
    await lab.runs.resume({ id: job.targetId });
    await until(() => lab.starts(job) === 2, 'it runs again');
    expect(lab.job(job).state).toBe('running');
    await lab.runs.stop({ id: job.targetId });
    expect(await lab.ended(job)).toBe('stopped');
    expect(lab.spec(job).adjustments).toHaveLength(1);
  });

  describe('after a crash of its scheduler', () => {
    /** A job that was running when its scheduler died; its worker has ended since. */
    async function leftBehind(): Promise<Job> {
      lab.open();
      const job = lab.enqueue({ fits: 0, mode: 'while-loading' });
      await lab.ended(job);
      await lab.close();
      // From here on it is a training that ran out of memory at step 13, found by the next lab.
      writeFileSync(lab.path(job, 'fixture.json'), JSON.stringify({ fits: 8, failAt: 13 }));
      const events = [
        { kind: 'phase', phase: 'starting', message: '' },
        { kind: 'phase', phase: 'training', message: '' },
        { kind: 'error', code: 'out_of_memory', message: 'x', fix: 'y', details: [] },
      ];
      const lines = events.map((event, index) =>
        JSON.stringify({ v: 1, seq: index + 1, time: Date.now(), ...event }),
      );
      writeFileSync(lab.path(job, 'events.jsonl'), `${lines.join('\n')}\n`);
      mkdirSync(lab.path(job, 'checkpoints/step-10'), { recursive: true });
      const manifest = { schemaVersion: 1, step: 10, createdAt: Date.now(), files: {} };
      writeFileSync(lab.path(job, 'checkpoints/step-10/manifest.json'), JSON.stringify(manifest));
      const { store } = lab.context;
      applyAction(store, job.id, 'requeue');
      applyAction(store, job.id, 'start');
      store.run(
        'UPDATE jobs SET worker_json = ?, device_held = 1 WHERE id = ?',
        JSON.stringify({ pid: 999_999_999, startTime: 'long ago' }),
        job.id,
      );
      store.run("UPDATE runs SET progress_json = '{}' WHERE id = ?", job.targetId);
      return job;
    }

    it('before the decision: it is made once, by the next one', async () => {
      const job = await leftBehind();
      lab.open();
      expect(await lab.ended(job)).toBe('done');
      expect(changes(job)).toEqual([[10, 16, 8]]);
      expect(lab.starts(job)).toBe(2);
    });

    it('between the file and the index: the file decides, and nothing is halved twice', async () => {
      const job = await leftBehind();
      const halved = withHalfMicroBatch(lab.spec(job), 10, Date.now());
      if (halved === null) throw new Error('16 can be halved');
      lab.writeSpec(job, halved);
      lab.open();
      expect(await lab.ended(job)).toBe('done');
      expect(changes(job)).toEqual([[10, 16, 8]]);
      expect(lab.spec(job).batch).toMatchObject({ micro: 8, accumulation: 2 });
      expect(lab.starts(job)).toBe(2);
    });

    it('between the index and the new start: the worker is started', async () => {
      const job = await leftBehind();
      const halved = withHalfMicroBatch(lab.spec(job), 10, Date.now());
      if (halved === null) throw new Error('16 can be halved');
      lab.writeSpec(job, halved);
      const { store } = lab.context;
      store.run('UPDATE runs SET spec_json = ?', JSON.stringify(halved));
      store.run('UPDATE jobs SET worker_json = NULL');
      lab.open();
      expect(await lab.ended(job)).toBe('done');
      expect(lab.spec(job).adjustments).toHaveLength(1);
      expect(lab.starts(job)).toBe(2);
    });

    it('after the new start: the worker that runs is taken up again, not started anew', async () => {
      lab.open();
      const job = lab.enqueue({ steps: 60, fits: 8, failAt: 13, delay: 40 });
      await until(() => lab.starts(job) === 2, 'it was started again');
      await until(() => lab.job(job).worker !== null, 'the new worker is known');
      await lab.close();
      lab.open();
      expect(await lab.ended(job)).toBe('done');
      expect(lab.starts(job)).toBe(2);
      expect(changes(job)).toEqual([[10, 16, 8]]);
    });
  });

  describe('and is killed by the system', () => {
    /** A system whose account of kills goes up after some looks, or does not. */
    function systemWith(kills: () => number): () => OomWatch {
      const root = join(folder, 'system');
      mkdirSync(join(root, 'proc'), { recursive: true });
      const file = join(root, 'proc', 'vmstat');
      return () => {
        let time = 0;
        return new OomWatch({
          root,
          now: () => {
            writeFileSync(file, `oom_kill ${kills()}\n`);
            time += 2000;
            return time;
          },
        });
      };
    }

    it('goes on in the same way when the system says that it killed for want of memory', async () => {
      let looks = 0;
      lab.open(systemWith(() => Math.min(1, Math.floor(looks++ / 2))));
      const job = lab.enqueue({ steps: 20, fits: 8, failAt: 13, mode: 'killed' });
      expect(await lab.ended(job)).toBe('done');
      expect(changes(job)).toEqual([[10, 16, 8]]);
    });

    it('fails when it does not: somebody else may have killed it', async () => {
      lab.open(systemWith(() => 7));
      const job = lab.enqueue({ steps: 20, fits: 8, failAt: 13, mode: 'killed' });
      expect(await lab.ended(job)).toBe('failed');
      expect(changes(job)).toEqual([]);
      expect(lab.job(job).failure?.canResume).toBe(true);
    });
  });
});
