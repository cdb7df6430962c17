import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobById } from '@lab/queue/job-rows';
import { Scheduler } from '@lab/queue/scheduler';
import { runRow } from '@lab/runs/run-rows';
import { createRunsService } from '@lab/runs/runs-service';
import { telemetryFile } from '@lab/runs/telemetry';
import { createTrainRunner } from '@lab/runs/train-job';
import { telemetryWindowSchema } from '@shared/telemetry';
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

describe('telemetry while a scheduler follows a training', () => {
  let folder: string;
  let context: TestContext;

  beforeEach(() => {
    folder = temporaryFolder();
    fixtureEnvironments(folder);
    context = openContext(folder);
  });
  afterEach(() => {
    context.dispose();
    removeFolder(folder);
  });

  const startScheduler = (): Scheduler => {
    const scheduler = new Scheduler(context, runnersWith({ train: createTrainRunner(context) }));
    scheduler.start();
    return scheduler;
  };

  it('is written, goes on with the next scheduler, and ends with the training', async () => {
    const holds = [
      { at: 5, until: 'go-on' },
      { at: 15, until: 'finish' },
    ];
    const job = enqueueFixture(context, { steps: 20, delay: 5, holds });
    const runFolder = context.home.runFolder(job.targetId);
    const file = join(runFolder, telemetryFile);
    const count = (): number => {
      try {
        return readFileSync(file, 'utf8').trimEnd().split('\n').length;
      } catch {
        return 0;
      }
    };
    const first = startScheduler();
    await until(() => count() >= 1, 'the first scheduler has written a line');
    await first.close();
    const between = count();

    const second = startScheduler();
    await until(() => count() >= between + 1, 'the second scheduler has written a line');
    writeFileSync(join(runFolder, 'go-on'), '');
    const steps = () => runRow(context.store, job.targetId).progress.steps;
    await until(() => steps() === 15, 'the training has gone on');
    const halfway = count();
    await until(() => count() > halfway, 'a line of the later steps is there');
    writeFileSync(join(runFolder, 'finish'), '');
    await until(() => jobById(context.store, job.id)?.state === 'done', 'the training is done');
    await second.close();
    const after = count();
    await sleep(2_500);
    expect(count()).toBe(after);

    const runs = createRunsService(context);
    const window = telemetryWindowSchema.parse(
      await runs.telemetry({ id: job.targetId, maxPoints: 100 }),
    );
    expect(window.device).toBe('cpu');
    expect(window.time).toHaveLength(after);
    expect(window.memoryTotalBytes).toBeGreaterThan(1e9);
    const used = window.memoryUsedBytes[0] ?? 0;
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(window.memoryTotalBytes ?? 0);
    expect(window.step).toEqual([...window.step].sort((a, b) => a - b));
    expect(window.step.at(-1)).toBeGreaterThan(window.step[0] ?? 0);
    expect(window.step.at(-1)).toBeLessThanOrEqual(20);
  });

  it('of a run that has none is empty', async () => {
    const job = enqueueFixture(context, { steps: 1 });
    const window = await createRunsService(context).telemetry({ id: job.targetId, maxPoints: 10 });
    expect(window).toMatchObject({ runId: job.targetId, time: [], step: [], busyShare: [] });
  });
});
