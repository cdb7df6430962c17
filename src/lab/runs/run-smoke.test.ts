import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FailureCard, Job } from '@shared/job';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabContext } from '../context';
import { cancelDependants } from '../queue/dependants';
import { enqueueJob } from '../queue/enqueue';
import { applyAction, jobById } from '../queue/job-rows';
import { createQueueService } from '../queue/queue-service';
import { ChangeBus } from '../store/changes';
import { openHome } from '../store/home';
import { Store } from '../store/store';
import { smokeOfRun } from './run-smoke';

const unmet: FailureCard = {
  ...{ title: 'not as expected', why: 'tuned: expected an end; found length', fix: 'Look at it.' },
  ...{ exitCode: null, signal: null, log: [], details: [], canResume: false },
};

describe('the smoke test before the evaluations of a run', () => {
  let folder: string;
  let context: LabContext;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lorabench-gate-'));
    const home = openHome(folder);
    const store = new Store(home.database);
    const places = { resources: folder, python: folder, environments: folder };
    const log = pino({ enabled: false });
    context = { home, store, log, places, changes: new ChangeBus(store, () => {}) };
  });
  afterEach(() => {
    context.changes.close();
    context.store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const add = (kind: Job['kind'], targetId: string, after: readonly Job[]): Job =>
    enqueueJob(context, {
      ...{ kind, title: `${kind} ${targetId}`, targetId, device: null },
      after: after.map(({ id }) => id),
    });

  it('names what it kept from being started, until somebody wants that nevertheless', async () => {
    const train = add('train', 'run', []);
    expect(await smokeOfRun(context, train.id)).toBeNull();
    const smoke = add('smoke', 'smoke', [train]);
    const base = add('evaluate', 'base', [train]);
    const tuned = add('evaluate', 'tuned', [train, smoke]);
    expect(await smokeOfRun(context, train.id)).toMatchObject({ status: 'queued', refused: [] });

    applyAction(context.store, smoke.id, 'start');
    applyAction(context.store, smoke.id, 'fail', unmet);
    const ended = jobById(context.store, smoke.id);
    if (ended === null) throw new Error('the job is gone');
    cancelDependants(context.store, ended);
    expect(await smokeOfRun(context, train.id)).toEqual({
      ...{ id: 'smoke', jobId: smoke.id, check: null, status: 'failed', failure: unmet },
      refused: [{ evaluationId: 'tuned', jobId: tuned.id }],
    });
    expect(jobById(context.store, base.id)?.state).toBe('queued');

    await createQueueService(context, () => null).retry({ id: tuned.id });
    expect(await smokeOfRun(context, train.id)).toMatchObject({ status: 'failed', refused: [] });
  });
});
