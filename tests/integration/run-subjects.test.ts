/** Which subjects a run offers, who may ask them, and what they are compared with; no model is run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabContext } from '@lab/context';
import { devices } from '@lab/devices/devices';
import { enqueueEvaluation } from '@lab/evaluations/enqueue';
import { insertEvaluation, rivalOf } from '@lab/evaluations/evaluation-rows';
import { findSubject } from '@lab/evaluations/subjects';
import { enqueueJob } from '@lab/queue/enqueue';
import { deleteRun } from '@lab/runs/delete-run';
import { evaluationsOfRun } from '@lab/runs/run-evaluations';
import { insertRun } from '@lab/runs/run-rows';
import { resolveSmoke } from '@lab/smoke/resolve-smoke';
import { newId } from '@lab/store/ids';
import type { EvaluationSpec, Subject } from '@shared/evaluation';
import type { ExportSpec } from '@shared/export';
import type { RunSpec } from '@shared/run-spec';
import { samplingOf } from '@shared/sampling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  exampleSpec,
  openContext,
  removeFolder,
  type TestContext,
  temporaryFolder,
} from './support/bench-lab';
import { repository } from './support/command';

const machines = join(repository, 'tests', 'fixtures', 'machines');
let folder: string;
let context: TestContext;

beforeEach(() => {
  folder = temporaryFolder();
  context = openContext(folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await devices(true);
  context.dispose();
  removeFolder(folder);
});

const on = async (machine: string): Promise<void> => {
  vi.stubEnv('LORABENCH_MACHINE', join(machines, machine));
  await devices(true);
};

function addRun(name: string, changes: Partial<RunSpec> = {}, finished = true): RunSpec {
  const spec = { ...exampleSpec(newId()), name, ...changes };
  const place = context.home.runFolder(spec.id);
  mkdirSync(finished ? join(place, 'adapter') : place, { recursive: true });
  insertRun(context.store, spec);
  return spec;
}

const ask = (subject: string) =>
  enqueueEvaluation(context, {
    ...{ subject, benchmark: 'starter', repeats: 1, temperature: 0, seed: 0 },
    allowUnsandboxed: false,
  });

describe('the subjects of a run', () => {
  it('are looked for by the whole name first, since a name may hold an "@"', async () => {
    const odd = addRun('v7@200');
    expect((await findSubject(context, 'v7@200')).subject).toMatchObject({
      runId: odd.id,
      checkpointStep: null,
    });
    addRun('v7');
    await expect(findSubject(context, 'v7@300')).rejects.toThrow('no checkpoint of step 300');
    await expect(findSubject(context, 'v8@300')).rejects.toThrow('no subject "v8@300"');
    await expect(findSubject(context, 'v7@3.5')).rejects.toThrow('no subject "v7@3.5"');
  });

  it('tell of the checkpoints when the training has not finished', async () => {
    addRun('unfinished', {}, false);
    await expect(findSubject(context, 'unfinished')).rejects.toMatchObject({
      code: 'conflict',
      fix: expect.stringContaining('unfinished@latest'),
    });
  });

  it('trained with MLX are refused where PyTorch computes, and the reverse, before they are queued', async () => {
    addRun('apple', { backend: 'mlx' });
    addRun('torch');
    await on('rx-7900-xtx');
    const fix = expect.stringContaining('lab export apple --to merged');
    await expect(ask('apple')).rejects.toMatchObject({ code: 'refused', fix });
    await expect(ask('agent:apple')).rejects.toThrow('was trained with MLX');
    await on('m1-max');
    await expect(ask('torch')).rejects.toMatchObject({
      code: 'refused',
      why: expect.stringContaining('trained with PyTorch, and this device computes with MLX'),
    });
    const smoke = { subjects: ['base:starter', 'torch'], prompt: 'x', sampling: {} };
    await expect(resolveSmoke(context, smoke)).rejects.toMatchObject({ code: 'refused' });
    expect(context.store.value('SELECT count(*) FROM jobs')).toBe(0);
    expect((await findSubject(context, 'torch')).backend).toBe('torch');
  });

  it('stay where they are while one of them is exported', async () => {
    const run = addRun('mine');
    const { architecture: _, ...device } = run.device;
    const spec: ExportSpec = {
      ...{ schemaVersion: 1, kind: 'export', id: newId(), createdAt: run.createdAt },
      ...{ runId: run.id, runName: run.name, to: 'merged', step: null, base: run.model },
      ...{ quantization: run.quantization, precision: 'float32', promptFormat: 'chatml' },
      ...{ adapterPath: '/a', outPath: '/b', backend: 'torch', device },
    };
    mkdirSync(context.home.jobFolder(spec.id), { recursive: true });
    writeFileSync(join(context.home.jobFolder(spec.id), 'spec.json'), JSON.stringify(spec));
    const job = { kind: 'export', title: 'x', targetId: spec.id, device: null, after: [] } as const;
    const { id } = enqueueJob(context as LabContext, job);
    await expect(deleteRun(context, run.id)).rejects.toThrow('being exported');
    context.store.run("UPDATE jobs SET state = 'done' WHERE id = ?", id);
    await deleteRun(context, run.id);
  });
});

describe('what is naturally compared with', () => {
  const quantization = { kind: 'nf4', doubleQuantization: true, computeType: 'float32' } as const;
  const unquantized = { ...quantization, kind: 'none' } as const;
  const base: Subject = { kind: 'base-model', source: 's', path: '/s', hash: 'h', quantization };
  const adapter = (checkpointStep: number | null, adapterPath = '/a'): Subject => ({
    ...{ kind: 'run', runId: 'r', runName: 'r', basePath: '/s', baseHash: 'h' },
    ...{ adapterPath, quantization, checkpointStep },
  });
  const merged = (checkpointStep: number | null): Subject => ({
    ...{ kind: 'merged', runId: 'r', runName: 'r', checkpointStep, path: '/m', hash: 'm' },
    ...{ quantization: unquantized, baseHash: 'h', baseQuantization: quantization },
  });

  function add(subject: Subject, agent: EvaluationSpec['agent'] = null): EvaluationSpec {
    const spec: EvaluationSpec = {
      ...{ schemaVersion: 1, kind: 'generate', id: newId(), createdAt: new Date().toISOString() },
      ...{ subject, agent, subjectLabel: 'x', key: 'k', tasksPath: 'tasks.jsonl' },
      comparability: {
        ...{ benchmark: 'b', benchmarkVersion: 'v', benchmarkHash: 'h', promptFormat: 'chatml' },
        ...{ systemPrompt: null, sampling: samplingOf({}), toolchain: 't', toolchainVersion: '1' },
      },
      ...{ backend: 'torch', precision: 'float32', allowUnsandboxed: false, gates: [] },
      device: { id: 'cpu', kind: 'cpu', name: 'CPU', threads: 1, recorded: false },
    };
    insertEvaluation(context.store, spec, 1);
    return spec;
  }
  const rival = (spec: EvaluationSpec) => rivalOf(context.store, spec);

  it('is the adapter that was folded in for a merged model, and the base for an adapter', () => {
    const model = add(merged(null));
    expect(rival(model)).toBeNull();
    const [plain, tuned, early] = [add(base), add(adapter(null)), add(adapter(5))];
    expect(rival(tuned)).toBe(plain.id);
    expect(rival(early)).toBe(plain.id);
    expect(rival(model)).toBe(tuned.id);
    expect(rival(add(merged(5)))).toBe(early.id);
    expect(rival(add(merged(6)))).toBe(plain.id);
    // The base is what the finished adapter is held against, however new the others are.
    expect(rival(plain)).toBe(tuned.id);
    const roles = evaluationsOfRun(context.store, 'r').map(({ role }) => role);
    expect([...roles].sort()).toEqual([
      'base',
      'checkpoint',
      'merged',
      'merged',
      'merged',
      'tuned',
    ]);
  });

  it('is the same checkpoint without rounds for an agent, whose adapter lies elsewhere', () => {
    const plain = add(adapter(5, '/evaluations/one/adapter'));
    add(adapter(6, '/evaluations/two/adapter'));
    expect(rival(add(adapter(5, '/evaluations/three/adapter'), { rounds: 2 }))).toBe(plain.id);
  });
});
