/** Rehearsals by the real worker: the exact architecture of a model of which no weights are here. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLab, type Lab } from '@lab/lab';
import { placesIn } from '@lab/shell/places';
import type { LabError } from '@shared/errors';
import type { Rehearsal } from '@shared/rehearsal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeFolder, until } from './support/bench-lab';

const repository = resolve(import.meta.dirname, '..', '..');
const places = placesIn(repository, process.env);
const signal = new AbortController().signal;
const starterConfig = join(places.resources, 'models', 'starter', 'config.json');

let folder: string;
let lab: Lab;

const openLab = (schedule: boolean): Promise<Lab> =>
  createLab({ home: join(folder, 'home'), places, shell: 'browser', schedule });

const start = (input: Partial<Parameters<Lab['rehearsals']['start']>[0]>) =>
  lab.rehearsals.start({ preset: 'starter', overrides: {}, steps: 1, ...input }, signal);

const get = async (id: string): Promise<Rehearsal> => lab.rehearsals.get({ id }, signal);

const refusal = (started: ReturnType<typeof start>): Promise<LabError> =>
  Promise.resolve(started).then(
    () => Promise.reject(new Error('it was not refused')),
    (error: LabError) => error,
  );

async function ended(id: string): Promise<Rehearsal> {
  const over = ['done', 'failed', 'stopped', 'cancelled'];
  await until(async () => over.includes((await get(id)).status), 'the rehearsal is over', 150);
  return get(id);
}

/** A model folder with nothing but this configuration. */
function configured(changes: Readonly<Record<string, unknown>>): string {
  const path = mkdtempSync(join(folder, 'model-'));
  const config: object = JSON.parse(readFileSync(starterConfig, 'utf8'));
  writeFileSync(join(path, 'config.json'), JSON.stringify({ ...config, ...changes }));
  return path;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-rehearsals-'));
  mkdirSync(join(folder, 'home'));
});
afterEach(async () => {
  await lab.close();
  removeFolder(folder);
});

describe('a rehearsal', () => {
  it('measures memory and time of the starter and tells how long the run would be', async () => {
    lab = await openLab(true);
    const { id, jobId } = await start({ steps: 2 });
    expect(await get(id)).toMatchObject({ jobId, preset: 'starter', result: null });
    const rehearsal = await ended(id);
    expect(rehearsal).toMatchObject({
      status: 'done',
      model: 'starter',
      outOfMemory: false,
      failure: null,
    });
    const { result, totalSteps, totalSeconds, predictedBytes, accumulation, microBatch } =
      rehearsal;
    expect(result?.parameters).toBe(3_543_296 + (result?.trainableParameters ?? 0));
    expect(result?.tokensPerStep).toBe(16 * 192);
    expect(microBatch * accumulation).toBe(16);
    // 1,280 rows, 64 of them held out, in steps of 16, five times.
    expect(totalSteps).toBe(5 * 76);
    // The corpus's examples are shorter than the full length that was measured.
    const atFullLength = 380 * (result?.secondsPerStep ?? 0);
    expect(totalSeconds).toBeGreaterThan(0.1 * atFullLength);
    expect(totalSeconds).toBeLessThan(0.8 * atFullLength);
    expect(predictedBytes).toBeGreaterThan(100e6);

    // The folder is the truth: with an empty store the rehearsal is still there.
    await lab.close();
    for (const file of ['lab.db', 'lab.db-wal', 'lab.db-shm']) {
      rmSync(join(folder, 'home', file), { force: true });
    }
    lab = await openLab(false);
    const [found] = await lab.rehearsals.list(signal);
    expect(found).toEqual({ ...rehearsal, jobId: null, message: null });
  }, 180_000);

  it('stops when it is asked to, and measures when it is retried', async () => {
    lab = await openLab(true);
    const overrides = { 'batch.effective': 64, 'batch.micro': 16 };
    const { id, jobId } = await start({ overrides, steps: 400 });
    await until(async () => (await get(id)).message?.startsWith('Step') === true, 'it steps', 120);
    await lab.queue.cancel({ id: jobId }, signal);
    const stopped = await ended(id);
    expect(stopped).toMatchObject({ status: 'stopped', result: null, failure: null });

    const spec = join(folder, 'home', 'jobs', id, 'spec.json');
    const asked: object = JSON.parse(readFileSync(spec, 'utf8'));
    const batch = { micro: 4, effective: 4, accumulation: 1 };
    const shorter = {
      ...asked,
      steps: 1,
      batch: { ...('batch' in asked ? Object(asked.batch) : {}), ...batch },
    };
    writeFileSync(spec, JSON.stringify(shorter));
    await lab.queue.retry({ id: jobId }, signal);
    await until(async () => (await get(id)).status === 'running', 'it runs again');
    expect(await ended(id)).toMatchObject({ status: 'done', result: { tokensPerStep: 4 * 192 } });
  }, 300_000);

  it('that does not fit says so on its card, with what to change', async () => {
    lab = await openLab(true);
    const model = configured({ vocab_size: 2_000_000_000 });
    const { id } = await start({ overrides: { model } });
    const rehearsal = await ended(id);
    expect(rehearsal).toMatchObject({ status: 'failed', outOfMemory: true, result: null });
    expect(rehearsal.failure?.title).toContain('Rehearsing "starter"');
    expect(rehearsal.failure?.why).toContain('memory ran out during building the model');
    expect(rehearsal.failure?.fix).toContain('quantization.kind=nf4');
  }, 180_000);

  it('whose adapter has no place in the model fails with a card that names the layers', async () => {
    lab = await openLab(true);
    // A family whose layers only the worker knows, so that it alone can say what is wrong.
    const model = configured({ model_type: 'gpt_neox', architectures: ['GPTNeoXForCausalLM'] });
    const rehearsal = await ended((await start({ overrides: { model } })).id);
    expect(rehearsal.status).toBe('failed');
    expect(rehearsal.outOfMemory).toBeUndefined();
    expect(rehearsal.failure?.why).toContain('adapter does not fit this model');
    expect(rehearsal.failure?.fix).toContain('query_key_value');
  }, 180_000);
});

describe('the start of a rehearsal', () => {
  beforeEach(async () => {
    lab = await openLab(false);
  });

  it('needs neither weights nor corpus of a preset whose shape ships', async () => {
    const { id } = await start({ preset: '7b', overrides: { 'batch.micro': 1 }, steps: 3 });
    const rehearsal = await get(id);
    expect(rehearsal).toMatchObject({
      status: 'queued',
      model: 'Qwen/Qwen2.5-Coder-7B-Instruct',
      quantization: 'nf4',
      totalSteps: null,
    });
    // 7.6 billion parameters at about half a byte, and two embeddings in 16 bits.
    expect(rehearsal.predictedBytes).toBeGreaterThan(5e9);
    expect(rehearsal.predictedBytes).toBeLessThan(16e9);
    const spec: unknown = JSON.parse(
      readFileSync(join(folder, 'home', 'jobs', id, 'spec.json'), 'utf8'),
    );
    expect(spec).toMatchObject({ kind: 'rehearse', steps: 3, adapter: { rank: 16 } });
  });

  it('takes the corpus into account where there is one', async () => {
    const file = join(folder, 'rows.jsonl');
    const row = { instruction: 'Print 1.', output: 'console.log(1)' };
    writeFileSync(file, `${JSON.stringify(row)}\n`.repeat(320));
    const overrides = { corpus: file, 'monitoring.validationShare': 0 };
    const { id } = await start({ preset: '1.5b', overrides });
    expect(await get(id)).toMatchObject({ totalSteps: 60 });
  });

  it.each([
    ['a model that is nowhere', () => 'owner/never-heard-of', 'not_found', /not known here/],
    [
      'a folder without config.json',
      () => mkdtempSync(join(folder, 'empty-')),
      'not_found',
      /not known here/,
    ],
    [
      'an architecture that nobody knows',
      () => configured({ model_type: 'perpetuum', architectures: ['PerpetuumForCausalLM'] }),
      'bad_input',
      /PerpetuumForCausalLM/,
    ],
    [
      'a model that does not generate text',
      () => configured({ model_type: 'bert', architectures: ['BertForMaskedLM'] }),
      'bad_input',
      /not a causal language model/,
    ],
  ])('refuses %s', async (_, model, code, words) => {
    const error = await refusal(start({ overrides: { model: model() } }));
    expect(error.code).toBe(code);
    expect(`${error.what} ${error.why}`).toMatch(words);
    expect(error.fix).not.toBe('');
    expect(await lab.rehearsals.list(signal)).toEqual([]);
  });

  it('refuses an unknown setting and one that does not fit', async () => {
    expect((await refusal(start({ overrides: { 'batch.micros': 2 } }))).fix).toContain(
      'batch.micro',
    );
    expect((await refusal(start({ overrides: { 'batch.micro': 3 } }))).code).toBe('bad_input');
    expect((await refusal(start({ preset: 'none' }))).code).toBe('not_found');
  });

  it('knows no rehearsal of another kind of job, nor one outside the home', async () => {
    cpSync(join(places.resources, 'models', 'starter'), join(folder, 'home', 'jobs', 'download'), {
      recursive: true,
    });
    expect(await lab.rehearsals.list(signal)).toEqual([]);
    for (const id of ['download', '../runs', 'never']) {
      await expect(get(id)).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});
