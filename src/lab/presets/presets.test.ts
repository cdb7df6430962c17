import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { TrainRequest } from '@shared/run';
import { trainRequestSchema } from '@shared/run';
import { runSpecSchema } from '@shared/run-spec';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabContext } from '../context';
import { insertRun } from '../runs/run-rows';
import { ChangeBus } from '../store/changes';
import { openHome } from '../store/home';
import { Store } from '../store/store';
import { createPresetsService } from './presets-service';
import { resolveTraining } from './resolve';

const resources = join(import.meta.dirname, '../../../resources');
const environments = join(import.meta.dirname, '../../../.environments');
let context: LabContext;

beforeEach(() => {
  const home = openHome(mkdtempSync(join(tmpdir(), 'lorabench-home-')));
  const store = new Store(home.database);
  context = {
    home,
    store,
    changes: new ChangeBus(store),
    log: pino({ level: 'silent' }),
    places: { resources, python: '', environments },
  };
});
afterEach(() => {
  context.store.close();
  rmSync(context.home.folder, { recursive: true });
});

const identity = { id: 'run1', name: 'My run', createdAt: '2026-01-01T00:00:00.000Z' };
const resolve = (request: TrainRequest) =>
  resolveTraining(context, trainRequestSchema.parse(request), identity);
const withSettings = (overrides: TrainRequest['overrides']) =>
  resolve({ preset: 'starter', overrides });

async function refusal(attempt: Promise<unknown>): Promise<LabError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof LabError) return error;
  throw new Error(`Expected a refusal, got ${String(error)}`);
}

describe('presets', () => {
  it('ship as valid files that say what they need, and offer to get it', async () => {
    const cards = await createPresetsService(context).list();
    expect(cards.map(({ preset }) => preset.name)).toEqual(['1.5b', '3b', '7b', 'starter']);
    const starter = cards.at(-1);
    expect(starter).toMatchObject({ ready: true, needs: [], expectation: 'estimated' });
    const large = cards.at(2);
    expect(large?.preset.quantization.kind).toBe('nf4');
    expect(large?.ready).toBe(false);
    expect(large?.needs).toMatchObject([
      {
        kind: 'model',
        text: expect.stringMatching(/Qwen2.5-Coder-7B-Instruct is not on this machine.*models get/),
        offer: { kind: 'download', source: 'Qwen/Qwen2.5-Coder-7B-Instruct' },
      },
      {
        kind: 'corpus',
        text: expect.stringMatching(/no corpus v7.*--set corpus=FILE/),
        offer: { kind: 'choose-corpus' },
      },
    ]);
  });

  it('have the published recipe: rank 16, alpha 32, all projections, AdamW, cosine, 2e-4', async () => {
    const cards = await createPresetsService(context).list();
    for (const { preset } of cards.filter(({ preset: { toy } }) => !toy)) {
      expect(preset.adapter).toMatchObject({ rank: 16, alpha: 32 });
      expect(preset.adapter.targetModules).toHaveLength(7);
      expect(preset.schedule).toMatchObject({
        optimizer: 'adamw',
        decay: 'cosine',
        learningRate: 2e-4,
        warmupSteps: 20,
        epochs: 3,
      });
      expect(preset.batch).toMatchObject({ effective: 16, maxLength: 512 });
      expect(preset.precision).toBe('bfloat16');
      expect(preset.quantization.kind).toBe(preset.name === '7b' ? 'nf4' : 'none');
    }
  });

  it('have a fit badge from the shapes that ship, without weights or corpus', async () => {
    const cards = await createPresetsService(context).list();
    for (const { fit } of cards)
      expect(fit?.badge).toMatch(/^(fits|tight|does not fit): [\d.]+ of/);
    const unknown = { ...cards[1]?.preset, name: 'other', model: 'Org/Unknown-1B' };
    writeFileSync(join(context.home.presets, 'other.yaml'), JSON.stringify(unknown));
    const { fit, expectedSeconds } = await createPresetsService(context).get({ name: 'other' });
    expect(fit).toBeNull();
    expect(expectedSeconds).toBeNull();
  });

  it('say when the environment of the device is missing, and offer to install it', async () => {
    const elsewhere = { ...context, places: { ...context.places, environments: '/nowhere' } };
    const { needs } = await createPresetsService(elsewhere).get({ name: 'starter' });
    expect(needs).toMatchObject([
      { kind: 'environment', offer: { kind: 'install', environment: 'torch-cpu' } },
    ]);
  });

  it('are saved by the user, and never replaced without being asked', async () => {
    const service = createPresetsService(context);
    const { preset } = await service.get({ name: 'starter' });
    const mine = { ...preset, name: 'mine', title: 'Mine' };
    await service.save({ preset: mine, replace: false });
    expect(await service.get({ name: 'mine' })).toMatchObject({ source: 'user', preset: mine });
    expect(await refusal(service.save({ preset: mine, replace: false }))).toMatchObject({
      code: 'conflict',
    });
    expect((await refusal(service.save({ preset, replace: false }))).code).toBe('conflict');
    await service.save({ preset: { ...mine, title: 'Better' }, replace: true });
    expect((await service.get({ name: 'mine' })).preset.title).toBe('Better');
  });

  it('are refused when their fields do not go with the model', async () => {
    const service = createPresetsService(context);
    const { preset } = await service.get({ name: '3b' });
    const adapter = { ...preset.adapter, targetModules: ['q_proj', 'c_attn'] };
    const wrong = { ...preset, name: 'wrong', adapter, batch: { ...preset.batch, micro: 5 } };
    const error = await refusal(service.save({ preset: wrong, replace: false }));
    expect(error.details.join()).toMatch(
      /batch\.micro: 5.*targetModules: qwen2.*no c_attn.*q_proj/,
    );
    expect((await refusal(service.get({ name: 'wrong' }))).code).toBe('not_found');
  });

  it('are read from text with the path of each problem, and printed so that they read the same', async () => {
    const service = createPresetsService(context);
    const { preset } = await service.get({ name: '7b' });
    const { yaml } = await service.print({ preset });
    expect(await service.parse({ yaml })).toEqual({ preset, problems: [] });
    const fields = await service.parse({ yaml: yaml.replace('alpha: 32', 'alpha: -1') });
    expect(fields.preset).toBeNull();
    expect(fields.problems.map(({ path }) => path)).toEqual(['adapter.alpha']);
    const syntax = await service.parse({ yaml: 'name: a\ntitle: [b\nmodel: c\n' });
    expect(syntax.preset).toBeNull();
    expect(syntax.problems[0]?.path).toMatch(/^line [23]$/);
    const together = await service.parse({ yaml: yaml.replace('micro: null', 'micro: 3') });
    expect(together.problems.map(({ path }) => path)).toEqual(['batch.micro']);
    expect((await service.parse({ yaml: 'just text' })).problems).not.toEqual([]);
  });

  it('of the user can be deleted, into the trash; those that ship cannot', async () => {
    const service = createPresetsService(context);
    const { preset } = await service.get({ name: 'starter' });
    await service.save({ preset: { ...preset, name: 'mine' }, replace: false });
    await service.delete({ name: 'mine' });
    expect((await refusal(service.get({ name: 'mine' }))).code).toBe('not_found');
    expect(readdirSync(context.home.trash)).toEqual([
      expect.stringMatching(/^preset-.*mine\.yaml$/),
    ]);
    expect((await refusal(service.delete({ name: 'starter' }))).code).toBe('refused');
    expect((await refusal(service.delete({ name: 'mine' }))).code).toBe('not_found');
    writeFileSync(join(context.home.presets, 'broken.yaml'), 'nonsense: [');
    await service.delete({ name: 'broken' });
    expect(readdirSync(context.home.presets)).toEqual([]);
  });

  it('are listed quickly once they are known', async () => {
    const service = createPresetsService(context);
    await service.list();
    let quickest = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 5; round += 1) {
      const began = process.cpuUsage();
      await service.list();
      const { user, system } = process.cpuUsage(began);
      quickest = Math.min(quickest, (user + system) / 1000);
    }
    // 15 ms of processor time on a quiet machine.
    expect(quickest).toBeLessThan(150);
  });

  it('with a mistake in them leave the others usable and say what is wrong', async () => {
    writeFileSync(join(context.home.presets, 'broken.yaml'), 'schemaVersion: 1\nname: broken\n');
    const service = createPresetsService(context);
    expect(await service.list()).toHaveLength(4);
    const error = await refusal(service.get({ name: 'broken' }));
    expect(error.details.join()).toMatch(/title.*model.*corpus/s);
    expect((await refusal(service.get({ name: 'nothing' }))).why).toMatch(/1\.5b, 3b, 7b, starter/);
  });
});

describe('resolving a training', () => {
  it('closes everything that the preset leaves open', async () => {
    const { spec, evaluations } = await resolve({ preset: 'starter' });
    expect(runSpecSchema.parse(spec)).toEqual(spec);
    expect(spec).toMatchObject({
      ...identity,
      preset: 'starter',
      overrides: {},
      backend: 'torch',
      precision: 'float32',
      attention: 'sdpa',
      quantization: { kind: 'none', computeType: 'float32' },
      schedule: { learningRate: 0.002, epochs: 5, warmupSteps: 10 },
      batch: { effective: 16, micro: 16, accumulation: 1, maxLength: 192 },
    });
    expect(spec.model.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(spec.corpus).toMatchObject({ source: 'starter', version: 'v1' });
    expect(evaluations).toEqual([{ benchmark: 'starter', repeats: 1, temperature: 0 }]);
  });

  it('reads the values of a terminal by the kind of the setting', async () => {
    const { spec } = await withSettings({
      'schedule.learningRate': '1e-3',
      'schedule.maxSteps': '20',
      'batch.groupByLength': 'false',
      'monitoring.checkpointEvery': 'null',
      'adapter.targetModules': 'q_proj, v_proj',
      'quantization.kind': 'none',
      'monitoring.samplePrompts': '7',
    });
    expect(spec.schedule).toMatchObject({ learningRate: 0.001, maxSteps: 20 });
    expect(spec.batch.groupByLength).toBe(false);
    expect(spec.adapter.targetModules).toEqual(['q_proj', 'v_proj']);
    expect(spec.monitoring.samplePrompts).toEqual(['7']);
    expect(spec.overrides['schedule.learningRate']).toBe('1e-3');
  });

  it('names the nearest setting for one that does not exist', async () => {
    const nearest = async (path: string) => (await refusal(withSettings({ [path]: 1 }))).fix;
    expect(await nearest('schedule.learningrate')).toBe('Did you mean "schedule.learningRate"?');
    expect(await nearest('learningRate')).toBe('Did you mean "schedule.learningRate"?');
    expect(await nearest('rank')).toBe('Did you mean "adapter.rank"?');
  });

  it('refuses a value that does not fit, and says what the preset has', async () => {
    const error = await refusal(withSettings({ 'adapter.rank': 'many' }));
    expect(error).toMatchObject({ code: 'bad_input', fix: 'It is 16 in the preset.' });
    expect((await refusal(withSettings({ 'schedule.learningRate': -1 }))).what).toContain('-1');
  });

  it('computes the accumulation, and refuses a micro-batch that does not divide', async () => {
    const { spec } = await withSettings({ 'batch.micro': 4 });
    expect(spec.batch).toMatchObject({ micro: 4, accumulation: 4 });
    const error = await refusal(withSettings({ 'batch.micro': 3 }));
    expect(error.fix).toContain('batch.micro to 2');
  });

  it('lets NF4 compute in the precision of the training', async () => {
    const { spec } = await withSettings({ 'quantization.kind': 'nf4' });
    expect(spec.quantization).toMatchObject({ kind: 'nf4', computeType: 'float32' });
  });

  it('takes a model folder and a JSONL file that the user names', async () => {
    const folder = join(context.home.folder, 'my model');
    cpSync(join(resources, 'models/starter'), folder, { recursive: true });
    const corpus = join(context.home.folder, 'rows.jsonl');
    writeFileSync(corpus, '{"instruction": "a", "response": "b"}\n');
    const { spec } = await withSettings({ model: folder, corpus });
    const usual = await resolve({ preset: 'starter' });
    expect(spec.model).toEqual({ source: folder, path: folder, hash: usual.spec.model.hash });
    expect(spec.corpus).toMatchObject({ source: corpus, path: corpus, version: null });
  });

  it('says why a model folder cannot be used', async () => {
    const folder = join(context.home.folder, 'model');
    const why = async () => (await refusal(withSettings({ model: folder }))).why;
    const write = (name: string, text = '') => writeFileSync(join(folder, name), text);
    mkdirSync(folder);
    expect(await why()).toMatch(/no config\.json/);
    write('config.json', '{"model_type": "bert", "architectures": ["BertForMaskedLM"]}');
    expect(await why()).toMatch(/BertForMaskedLM, is not a causal/);
    write('config.json', '{"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]}');
    expect(await why()).toMatch(/no weights/);
    write('pytorch_model.bin');
    expect(await why()).toMatch(/pickled/);
    write('model.safetensors');
    expect(await why()).toMatch(/model\.safetensors is damaged/);
    cpSync(join(resources, 'models/starter/model.safetensors'), join(folder, 'model.safetensors'));
    expect(await why()).toMatch(/no tokenizer/);
    write('tokenizer.json', '{}');
    expect((await withSettings({ model: folder })).spec.model.path).toBe(folder);
  });

  it('says how to bring what is missing', async () => {
    expect((await refusal(withSettings({ model: 'Org/Model-1B' }))).fix).toMatch(/models get Org/);
    expect((await refusal(withSettings({ model: 'nowhere' }))).why).toMatch(/starter/);
    expect((await refusal(withSettings({ corpus: 'v9' }))).fix).toMatch(/corpora\/v9/);
    const unknown = resolve({ preset: 'starter', evaluate: ['std'] });
    expect((await refusal(unknown)).what).toBe('There is no benchmark "std".');
    expect((await refusal(resolve({ preset: 'starter', device: 'cuda:7' }))).code).toBe(
      'not_found',
    );
  });

  it('begins from an earlier run and keeps its changes', async () => {
    const first = await withSettings({ 'adapter.rank': 8 });
    insertRun(context.store, first.spec);
    const { spec } = await resolve({ fromRun: 'run1', overrides: { seed: 5 } });
    expect(spec.adapter.rank).toBe(8);
    expect(spec.seed).toBe(5);
    expect(spec.overrides).toEqual({ 'adapter.rank': 8, seed: 5 });
  });

  it('hashes a model again when a file of it has changed', async () => {
    const folder = join(context.home.folder, 'model');
    cpSync(join(resources, 'models/starter'), folder, { recursive: true });
    const hash = async () => (await withSettings({ model: folder })).spec.model.hash;
    const before = await hash();
    const config = join(folder, 'config.json');
    writeFileSync(config, `${readFileSync(config, 'utf8')} `);
    expect(await hash()).not.toBe(before);
  });
});
