import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseModelSchema } from '@shared/base-model';
import { labErrorValueSchema } from '@shared/errors';
import { queueSnapshotSchema } from '@shared/job';
import { runSpecSchema } from '@shared/run-spec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type HubServer, startHub } from '../../fixtures/hub/hub-server';
import { removeFolder, until } from '../support/bench-lab';
import {
  type CommandSettings,
  plannedEnvironments,
  runJson,
  runLab,
  startLab,
} from '../support/command';
import { environments, onHub, starterFolder } from '../support/hub-lab';

const failure = z.strictObject({ error: labErrorValueSchema });

describe('lab models', () => {
  let folder: string;
  let hub: HubServer;
  let lab: CommandSettings;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lorabench-models-'));
    hub = await startHub(Object.values(onHub));
    const home = join(folder, 'home');
    mkdirSync(home);
    const variables = {
      ...{ HF_ENDPOINT: hub.endpoint, HF_HOME: join(folder, 'hub'), NO_PROXY: '127.0.0.1' },
      ...{ HF_HUB_OFFLINE: '0', HF_TOKEN: '' },
    };
    lab = { home, environments, variables };
  });
  afterEach(async () => {
    await until(async () => (await queue()).scheduler === null, 'nobody schedules any more', 60);
    await hub.close();
    removeFolder(folder);
  });

  const queue = async () => queueSnapshotSchema.parse((await runJson(['queue'], lab)).value);
  const model = async (words: readonly string[]) =>
    baseModelSchema.parse((await runJson(words, lab)).value);

  it('get follows the download with amount and rate, and answers with the model', async () => {
    hub.bytesPerSecond = 1_200_000;
    const { code, value, stderr } = await runJson(['models', 'get', 'tiny/starter'], lab);
    expect(stderr).toMatch(/Get tiny\/starter: \d\.\d of 7\.2 MB, \d\.\d MB\/s, \d+ s left/);
    expect(stderr).toContain('Get tiny/starter: done');
    expect(code).toBe(0);
    expect(baseModelSchema.parse(value)).toMatchObject({
      ...{ source: 'tiny/starter', state: 'ready', jobId: null },
      revision: onHub.whole.commit,
    });
  });

  it('get lets the download go on after Ctrl-C, in the background', async () => {
    hub.bytesPerSecond = 2_000_000;
    const command = startLab(['models', 'get', 'tiny/starter'], lab);
    await until(() => hub.sentOf('model.safetensors') > 100_000, 'it has begun');
    command.child.kill('SIGINT');
    const { code, stderr } = await command.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('No longer following');
    await until(async () => (await queue()).jobs[0]?.state === 'done', 'it is done', 60);
    expect(await model(['models', 'show', 'tiny/starter'])).toMatchObject({ state: 'ready' });
    expect(hub.seen.filter(({ origin }) => origin === 'storage')).toHaveLength(1);
  });

  it('get --detach returns at once; a second get follows the same download', async () => {
    hub.bytesPerSecond = 2_000_000;
    const queued = await model(['models', 'get', 'tiny/starter', '--detach']);
    expect(queued.jobId).not.toBeNull();
    const { code } = await runLab(['models', 'get', 'tiny/starter'], lab);
    expect(code).toBe(0);
    expect((await queue()).jobs.map(({ id, state }) => ({ id, state }))).toEqual([
      { id: queued.jobId, state: 'done' },
    ]);
  });

  it('get says with exit code 3 why it fetches no pickled weights, and begins nothing', async () => {
    const { code, value } = await runJson(['models', 'get', 'tiny/pickled'], lab);
    expect(failure.parse(value).error.why).toMatch(/pickled/);
    expect(code).toBe(3);
    expect((await queue()).jobs).toEqual([]);
  });

  it('list shows what ships and what presets lack', async () => {
    const { value } = await runJson(['models', 'list'], lab);
    const models = z.array(baseModelSchema).parse(value);
    expect(models.find(({ source }) => source === 'starter')).toMatchObject({
      ...{ kind: 'shipped', state: 'ready', usedBy: ['starter'] },
    });
    expect(models.find(({ usedBy }) => usedBy.includes('3b'))).toMatchObject({
      ...{ source: 'Qwen/Qwen2.5-Coder-3B-Instruct', kind: 'hub', state: 'missing' },
      fix: 'Get it with: npm run lab -- models get Qwen/Qwen2.5-Coder-3B-Instruct',
    });
  });

  it('add takes a folder into the library and forget takes it out, files untouched', async () => {
    const own = join(folder, 'own model');
    cpSync(starterFolder, own, { recursive: true });
    expect(await model(['models', 'add', own])).toMatchObject({ kind: 'folder', state: 'ready' });
    const list = async () => z.array(baseModelSchema).parse((await runJson(['models'], lab)).value);
    expect((await list()).map(({ source }) => source)).toContain(own);
    await runJson(['models', 'forget', own], lab);
    expect((await list()).map(({ source }) => source)).not.toContain(own);
    expect(readFileSync(join(own, 'config.json'), 'utf8')).toContain('Qwen2ForCausalLM');
  });

  it('add refuses a folder without tokenizer, with exit code 2', async () => {
    const own = join(folder, 'own model');
    cpSync(starterFolder, own, { recursive: true });
    rmSync(join(own, 'tokenizer.json'));
    const { code, value } = await runJson(['models', 'add', own], lab);
    expect(failure.parse(value).error.why).toMatch(/no tokenizer/);
    expect(code).toBe(2);
  });

  it('train takes a downloaded model by its name and revision', async () => {
    const set = ['--set', 'model=tiny/starter@main'];
    const words = ['train', 'starter', '--no-evaluate', ...set];
    const refused = failure.parse((await runJson(words, lab)).value).error;
    expect(refused.fix).toContain('models get tiny/starter');
    await runLab(['models', 'get', 'tiny/starter'], lab);
    const planned = plannedEnvironments(join(folder, 'environments'), { steps: 2, delay: 1 });
    const { code } = await runLab(words, { ...lab, environments: planned });
    expect(code).toBe(0);
    const shown = (await runJson(['runs', 'show', 'last'], lab)).value;
    const { spec } = z.object({ spec: runSpecSchema }).parse(shown);
    expect(spec.model).toMatchObject({ source: 'tiny/starter' });
    expect(spec.model.path).toContain(onHub.whole.commit);
  });
});
