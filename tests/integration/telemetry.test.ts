import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobById } from '@lab/queue/job-rows';
import { Scheduler } from '@lab/queue/scheduler';
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
    const job = enqueueFixture(context, { steps: 100, delay: 100 });
    const file = join(context.home.runFolder(job.targetId), telemetryFile);
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
    expect(window.step.at(-1)).toBeLessThanOrEqual(100);
  });

  it('of a run that has none is empty', async () => {
    const job = enqueueFixture(context, { steps: 1 });
    const window = await createRunsService(context).telemetry({ id: job.targetId, maxPoints: 10 });
    expect(window).toMatchObject({ runId: job.targetId, time: [], step: [], busyShare: [] });
  });
});
