/** Checkpoints and merged models of a real training of the starter, by the real worker. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLab, type Lab } from '@lab/lab';
import { placesIn } from '@lab/shell/places';
import { generationSchema } from '@shared/judgement';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, until } from './support/bench-lab';
import { addShortPreset } from './support/few-tasks';

const places = placesIn(resolve(import.meta.dirname, '..', '..'), process.env);
const signal = new AbortController().signal;
const over = ['done', 'failed', 'stopped', 'cancelled'];

let folder: string;
let lab: Lab;
let runId: string;
/** Queued while the run trained, of the checkpoint that was the newest then. */
let early: { readonly id: string; readonly step: number; readonly status: string };

const runNow = () => lab.runs.get({ id: runId }, signal);
const checkpoint = (step: number) => join(lab.home, 'runs', runId, 'checkpoints', `step-${step}`);

async function evaluate(subject: string): Promise<string> {
  const conditions = { benchmark: 'few', repeats: 1, temperature: 0, seed: 0 };
  const request = { subject, ...conditions, allowUnsandboxed: false };
  return (await lab.evaluations.enqueue(request, signal)).id;
}

async function evaluated(id: string) {
  const get = async () => lab.evaluations.get({ id }, signal);
  await until(async () => over.includes((await get()).item.status), 'it is evaluated', 120);
  const detail = await get();
  expect(detail.failure).toBeNull();
  const lines = readFileSync(join(detail.folder, 'generations.jsonl'), 'utf8').trim().split('\n');
  const texts = lines.map((line) => generationSchema.parse(JSON.parse(line)));
  return { ...detail, texts: new Map(texts.map(({ taskId, text }) => [taskId, text])) };
}

async function exported(id: string) {
  const find = async () => (await lab.exports.list({ runId }, signal)).find((one) => one.id === id);
  await until(async () => over.includes((await find())?.state ?? ''), 'it is exported', 120);
  return find();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-exports-'));
  mkdirSync(join(folder, 'home'));
  addShortPreset(join(folder, 'home'), 24);
  lab = await createLab({ home: join(folder, 'home'), places, shell: 'browser', schedule: true });
  const overrides = { 'monitoring.checkpointEvery': 3, 'monitoring.keepCheckpoints': 1 };
  const request = { preset: 'short', name: 'mine', overrides, evaluate: [] };
  runId = (await lab.runs.train(request, signal)).runId;
  await until(
    async () => (await runNow()).checkpoints.some(({ complete }) => complete),
    'there is a checkpoint',
    120,
  );
  const id = await evaluate('mine@latest');
  const { spec } = await lab.evaluations.get({ id }, signal);
  const step = spec.subject.kind === 'run' ? spec.subject.checkpointStep : null;
  early = { id, step: step ?? -1, status: (await runNow()).summary.status };
  await until(async () => over.includes((await runNow()).summary.status), 'it has trained', 120);
}, 300_000);

afterAll(async () => {
  await lab.close();
  removeFolder(folder);
});

describe('a checkpoint', () => {
  it('is evaluated as it was when it was asked for, though training has pruned it', async () => {
    expect(early.status).toBe('running');
    const { item, spec, rivalId } = await evaluated(early.id);
    expect(item).toMatchObject({
      status: 'done',
      subject: `mine @ step ${early.step}`,
      subjectKind: 'checkpoint',
      runId,
    });
    expect(existsSync(checkpoint(early.step))).toBe(false);
    expect(spec.subject).toMatchObject({
      adapterPath: join(lab.home, 'evaluations', early.id, 'adapter'),
    });
    expect(rivalId).toBeNull();
    expect((await runNow()).summary.evaluations).toMatchObject([
      { id: early.id, role: 'checkpoint' },
    ]);
  }, 200_000);

  it('says other things than the finished adapter, and the newest one says the same', async () => {
    const ids = { newest: await evaluate('mine@24'), finished: await evaluate('mine') };
    const [newest, finished] = [await evaluated(ids.newest), await evaluated(ids.finished)];
    const { texts } = await evaluated(early.id);
    expect(newest.texts).toEqual(finished.texts);
    expect(texts).not.toEqual(finished.texts);
  }, 200_000);

  it('that is not there, or not whole, is refused with those that are', async () => {
    await expect(evaluate('mine@7')).rejects.toMatchObject({
      code: 'not_found',
      why: 'Its only complete checkpoint is that of step 24.',
    });
    mkdirSync(checkpoint(21));
    await expect(evaluate('mine@21')).rejects.toMatchObject({
      code: 'conflict',
      why: expect.stringContaining('manifest'),
    });
    rmSync(checkpoint(21), { recursive: true });
    const file = join(checkpoint(24), 'adapter', 'adapter_config.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text.slice(0, -2)} \n`);
    await expect(evaluate('mine@latest')).rejects.toMatchObject({
      code: 'conflict',
      why: expect.stringContaining('adapter_config.json'),
    });
    writeFileSync(file, text);
    expect(await lab.evaluations.list(signal)).toHaveLength(3);
  });

  it('answers a smoke test beside its base', async () => {
    const { id } = await lab.smoke.start(
      {
        subjects: ['mine@latest', 'base:starter'],
        prompt: 'Print 1.',
        sampling: { maxNewTokens: 8 },
        replace: false,
      },
      signal,
    );
    const get = async () => lab.smoke.get({ id }, signal);
    await until(async () => over.includes((await get()).status), 'both have answered', 90);
    const { answers, failure } = await get();
    expect(failure).toBeNull();
    expect(answers.map(({ label }) => label)).toEqual(['mine @ step 24', 'base starter']);
    expect(existsSync(join(lab.home, 'jobs', id, 'adapter-0', 'adapter_config.json'))).toBe(true);
  }, 120_000);
});

describe('a merged model', () => {
  it('must be exported first', async () => {
    await expect(evaluate('merged:mine')).rejects.toMatchObject({
      code: 'refused',
      fix: 'Export it first: lab export mine --to merged',
    });
    await expect(evaluate('merged:nobody')).rejects.toThrow('no run "nobody"');
  });

  it('answers word for word as base and adapter do, as merged:RUN and as base:FOLDER', async () => {
    const { id, jobId } = await lab.exports.start({ runId, step: null, to: 'merged' }, signal);
    const again = () => lab.exports.start({ runId, step: null, to: 'merged' }, signal);
    await expect(again()).rejects.toMatchObject({ code: 'conflict' });
    const path = join(lab.home, 'runs', runId, 'exports', 'merged');
    expect(await exported(id)).toMatchObject({ path, step: null, state: 'done', jobId });
    await expect(again()).rejects.toMatchObject({
      code: 'conflict',
      what: expect.stringContaining(path),
    });

    const ids = [await evaluate('merged:mine'), await evaluate(`base:${path}`)];
    const [merged, plain] = [await evaluated(ids[0] ?? ''), await evaluated(ids[1] ?? '')];
    const items = await lab.evaluations.list(signal);
    const tuned = items.find(({ subject }) => subject === 'mine');
    const { texts } = await evaluated(tuned?.id ?? '');
    expect(merged.texts).toEqual(texts);
    expect(plain.texts).toEqual(texts);
    expect(merged.item).toMatchObject({ subject: 'mine merged', subjectKind: 'merged', runId });
    expect(plain.item).toMatchObject({ subject: 'base mine merged', runId: null });
    // Both are the same model, and the export had counted the hash as the lab does.
    const [one] = await lab.exports.list({ runId }, signal);
    expect(merged.spec.subject).toMatchObject({ hash: one?.hash });
    expect(plain.spec.subject).toMatchObject({ hash: one?.hash });
    expect(merged.rivalId).toBe(tuned?.id);
  }, 300_000);

  it('is made of a checkpoint in a folder of one’s own, and cannot be made of one that is gone', async () => {
    const out = join(folder, 'elsewhere', 'model');
    const { id } = await lab.exports.start({ runId, step: 24, to: 'merged', out }, signal);
    expect(await exported(id)).toMatchObject({ path: out, step: 24, state: 'done' });
    const start = lab.exports.start({ runId, step: early.step, to: 'merged' }, signal);
    await expect(start).rejects.toThrow(`no checkpoint of step ${early.step}`);
    const { item } = await evaluated(await evaluate('merged:mine@24'));
    expect(item.subject).toBe('mine @ step 24 merged');
    rmSync(out, { recursive: true });
    expect(await lab.exports.list({ runId }, signal)).toHaveLength(1);
  }, 200_000);

  it('that was changed is no longer what the run was exported to', async () => {
    const [one] = await lab.exports.list({ runId }, signal);
    const config = join(one?.path ?? '', 'generation_config.json');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace('{', '{ '));
    await expect(evaluate('merged:mine')).rejects.toThrow('has changed since it was exported');
    writeFileSync(config, text);
  });

  it('leaves a card when it cannot be made, and is made by a retry', async () => {
    const out = join(folder, 'wanted');
    await lab.queue.pause(signal);
    const { id, jobId } = await lab.exports.start({ runId, step: null, to: 'merged', out }, signal);
    // Between queueing and running somebody puts something there.
    writeFileSync(out, 'mine');
    await lab.queue.resume(undefined, signal);
    const job = async () => (await lab.queue.snapshot(signal)).jobs.find((one) => one.id === jobId);
    await until(async () => (await job())?.state === 'failed', 'it has failed', 60);
    expect((await job())?.failure).toMatchObject({
      title: 'Exporting "mine" failed',
      why: `There is already something at ${out}.`,
    });
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect(await exported(id)).toMatchObject({ state: 'failed', bytes: null });
    rmSync(out);
    await lab.queue.retry({ id: jobId }, signal);
    expect((await exported(id))?.state).toBe('done');
  }, 120_000);
});
