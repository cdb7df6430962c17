/** Export jobs whose worker dies, is stopped, or lies; no model is folded here. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExport, writeExport } from '@lab/exports/export-files';
import { createExportRunner } from '@lab/exports/export-job';
import { listExports, newestMerged } from '@lab/exports/list-exports';
import { enqueueJob } from '@lab/queue/enqueue';
import { jobById } from '@lab/queue/job-rows';
import { createQueueService } from '@lab/queue/queue-service';
import { Scheduler } from '@lab/queue/scheduler';
import { newId } from '@lab/store/ids';
import { type ExportManifest, type ExportSpec, exportManifestName } from '@shared/export';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  exampleSpec,
  openContext,
  removeFolder,
  runnersWith,
  type TestContext,
  temporaryFolder,
  until,
} from './support/bench-lab';
import { repository } from './support/command';

let folder: string;
let context: TestContext;
let scheduler: Scheduler;

beforeEach(() => {
  folder = temporaryFolder();
  context = openContext(folder);
  scheduler = new Scheduler(context, runnersWith({ export: createExportRunner(context) }));
});
afterEach(async () => {
  await scheduler.close();
  context.dispose();
  removeFolder(folder);
});

/** The worker that stands in for Python's. */
function useWorker(name: string): void {
  const bin = join(folder, 'environments', 'torch-cpu', 'bin');
  mkdirSync(bin, { recursive: true });
  const worker = join(repository, 'tests', 'fixtures', 'workers', name);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${worker}' "$@"\n`;
  writeFileSync(join(bin, 'python'), script, { mode: 0o755 });
}

function newSpec(changes: Partial<ExportSpec> = {}): ExportSpec {
  const run = exampleSpec('run1');
  const { architecture: _, ...device } = run.device;
  return {
    ...{ schemaVersion: 1, kind: 'export', id: newId(), createdAt: new Date().toISOString() },
    ...{ runId: run.id, runName: 'mine', to: 'merged', step: null, base: run.model },
    ...{ quantization: run.quantization, precision: 'float32', promptFormat: 'chatml' },
    ...{ adapterPath: join(folder, 'adapter'), outPath: join(folder, 'out', 'merged') },
    ...{ backend: 'torch', device },
    ...changes,
  };
}

async function enqueue(spec: ExportSpec): Promise<string> {
  await writeExport(context, spec, null);
  const job = { kind: 'export', title: 'Export mine', targetId: spec.id, device: null } as const;
  return enqueueJob(context, { ...job, after: [] }).id;
}

const job = (id: string) => {
  const found = jobById(context.store, id);
  if (found === null) throw new Error(`there is no job ${id}`);
  return found;
};
const state = (id: string, wanted: string) =>
  until(() => job(id).state === wanted, `it is ${wanted}`, 60);

function putManifest(spec: ExportSpec, path = spec.outPath): ExportManifest {
  const { kind: _, adapterPath: __, outPath: ___, device: ____, ...about } = spec;
  const manifest = { ...about, bytes: 10, hash: 'h', seconds: 2, files: {} };
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, exportManifestName), JSON.stringify(manifest));
  return manifest;
}

describe('an export job', () => {
  it('that is killed leaves a card, and nothing beside the folder that it was to make', async () => {
    useWorker('dies-of-a-signal.mjs');
    const spec = newSpec();
    const aside = join(folder, 'out', `.writing-${spec.id}`);
    const foreign = join(folder, 'out', '.writing-another');
    for (const place of [aside, foreign]) mkdirSync(place, { recursive: true });
    const id = await enqueue(spec);
    scheduler.start();
    await state(id, 'failed');
    expect(job(id).failure).toMatchObject({ title: 'Exporting "mine" failed', canResume: false });
    expect(readdirSync(join(folder, 'out'))).toEqual(['.writing-another']);
    expect(await listExports(context, spec.runId)).toMatchObject([
      { id: spec.id, jobId: id, state: 'failed', bytes: null },
    ]);
    expect(await newestMerged(context, spec.runId)).toBeNull();
  });

  it('says that it has failed when its worker says it is done and has made nothing', async () => {
    useWorker('exits-well.mjs');
    const id = await enqueue(newSpec());
    scheduler.start();
    await state(id, 'failed');
  });

  it('is done when its folder is complete, whatever became of the worker after that', async () => {
    useWorker('dies-of-a-signal.mjs');
    const spec = newSpec();
    putManifest(spec);
    const id = await enqueue(spec);
    scheduler.start();
    await state(id, 'done');
    expect(await listExports(context, spec.runId)).toMatchObject([
      { id: spec.id, state: 'done', bytes: 10, hash: 'h', seconds: 2 },
    ]);
  });

  it('stops when it is asked to, and is begun anew by a retry', async () => {
    useWorker('stops-when-asked.mjs');
    const id = await enqueue(newSpec());
    const queue = createQueueService(context, () => null);
    scheduler.start();
    await until(
      () => existsSync(join(context.home.jobFolder(job(id).targetId), 'events.jsonl')),
      'it runs',
    );
    await queue.cancel({ id });
    await state(id, 'stopped');
    useWorker('dies-of-a-signal.mjs');
    await queue.retry({ id });
    await state(id, 'failed');
    expect(job(id).attempt).toBe(2);
  });
});

describe('the exports of a run', () => {
  it('are those that are there, the newest first, also when nobody knows their jobs any more', async () => {
    const old = newSpec({ createdAt: '2026-01-01T00:00:00.000Z' });
    const lost = newSpec({ createdAt: '2026-03-01T00:00:00.000Z', step: 7 });
    const gone = newSpec({ outPath: join(folder, 'gone') });
    const own = join(context.home.runFolder(old.runId), 'exports', 'merged-step-7');
    putManifest(old);
    putManifest(lost, own);
    mkdirSync(join(own, '..', '.writing-x'));
    mkdirSync(join(own, '..', 'somebody’s notes'));
    for (const spec of [old, gone]) {
      const id = await enqueue(spec);
      context.store.run("UPDATE jobs SET state = 'done' WHERE id = ?", id);
    }
    const found = await listExports(context, old.runId);
    expect(found.map(({ id, path, state: now }) => ({ id, path, now }))).toEqual([
      { id: lost.id, path: own, now: 'done' },
      { id: old.id, path: old.outPath, now: 'done' },
    ]);
    expect((await newestMerged(context, old.runId))?.path).toBe(own);
    expect((await newestMerged(context, old.runId, 8))?.path).toBeUndefined();
    expect(await listExports(context, 'another')).toEqual([]);
  });

  it('are not looked for outside the folder of jobs', async () => {
    await expect(readExport(context, '../runs/x')).rejects.toThrow('no export ../runs/x');
  });
});
