import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLab } from '@lab/lab';
import { findModel } from '@lab/models/find-model';
import { inspectModel } from '@lab/models/inspect-model';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOver } from '../../src/cli/follow/states';
import { startProxy } from '../fixtures/hub/proxy';
import { until } from './support/bench-lab';
import { environments, HubLab, onHub, root, starterFolder } from './support/hub-lab';

const weightBytes = readFileSync(join(starterFolder, 'model.safetensors')).length;

describe('a model from the hub', () => {
  let lab: HubLab;

  beforeEach(async () => {
    lab = await HubLab.open();
  });
  afterEach(() => lab.close());

  it('is downloaded into the cache that other tools share, and found by its name', async () => {
    expect(await lab.model('tiny/starter')).toMatchObject({ state: 'missing', path: null });
    const id = await lab.get('tiny/starter');
    expect(lab.job(id)).toMatchObject({ kind: 'download', title: 'Get tiny/starter' });
    expect(await lab.ended(id)).toMatchObject({ state: 'done', failure: null, progress: 1 });
    expect(await lab.model('tiny/starter')).toMatchObject({
      ...{ kind: 'hub', state: 'ready', problem: null, revision: onHub.whole.commit },
      ...{ architecture: 'Qwen2ForCausalLM', contextLength: 1024, jobId: null },
    });
    const found = await findModel(lab.context, 'tiny/starter');
    const original = await inspectModel(starterFolder);
    expect({ ...found, files: undefined }).toMatchObject({ ...original, files: undefined });
    for (const name of found.files) {
      expect(lstatSync(join(found.path, name)).isSymbolicLink()).toBe(true);
      const content = readFileSync(join(found.path, name));
      expect(content.equals(readFileSync(join(starterFolder, name)))).toBe(true);
    }
    expect(readFileSync(join(lab.cache('tiny/starter'), 'refs', 'main'), 'utf8')).toBe(
      onHub.whole.commit,
    );
  });

  it('comes without code, pickled files, and what lies in folders', async () => {
    await lab.ended(await lab.get('tiny/starter'));
    const { path } = await findModel(lab.context, 'tiny/starter');
    const names = readdirSync(path);
    expect(names).toContain('tokenizer.json');
    expect(names.filter((name) => /\.(py|bin|onnx|md)$/.test(name))).toEqual([]);
    expect(lab.hub.seen.some(({ path }) => /\.(py|bin|onnx)$/.test(path))).toBe(false);
  });

  it('in shards is whole only with all of them', async () => {
    const id = await lab.get('tiny/sharded');
    expect(await lab.ended(id)).toMatchObject({ state: 'done' });
    const model = await lab.model('tiny/sharded');
    const original = await inspectModel(starterFolder);
    expect(model).toMatchObject({ state: 'ready' });
    expect('parameters' in original && original.parameters).toBe(model.parameters);
  });

  it('goes on where a killed worker was cut off', async () => {
    lab.hub.bytesPerSecond = 4_000_000;
    const id = await lab.get('tiny/starter');
    const part = `${onHub.whole.contents.find(({ name }) => name === 'model.safetensors')?.sha256}.incomplete`;
    await until(() => (lab.blobs('tiny/starter')[part] ?? 0) > 2_000_000, 'the half is here');
    const worker = lab.job(id).worker;
    if (worker === null) throw new Error('The job has no worker.');
    process.kill(-worker.pid, 'SIGKILL');
    expect(await lab.ended(id)).toMatchObject({ state: 'failed' });
    expect(lab.job(id).failure?.fix).toMatch(/goes on where it was cut off/);
    const kept = lab.blobs('tiny/starter')[part] ?? 0;
    expect(kept).toBeGreaterThan(2_000_000);
    expect(await lab.model('tiny/starter')).toMatchObject({ state: 'partial', path: null });
    expect(existsSync(join(lab.cache('tiny/starter'), 'refs'))).toBe(false);

    lab.hub.bytesPerSecond = null;
    const before = lab.hub.seen.length;
    await lab.queue.retry({ id });
    expect(await lab.ended(id)).toMatchObject({ state: 'done' });
    const later = lab.hub.seen.slice(before).filter(({ origin }) => origin === 'storage');
    expect(later.map(({ range }) => range)).toEqual([`bytes=${kept}-`]);
    expect(later[0]?.bytes).toBe(weightBytes - kept);
    expect(await lab.model('tiny/starter')).toMatchObject({ state: 'ready' });
  });

  it('stops at once when asked, and a new request goes on', async () => {
    lab.hub.bytesPerSecond = 1_000_000;
    const id = await lab.get('tiny/starter');
    await until(() => lab.hub.sentOf('model.safetensors') > 500_000, 'something came');
    await lab.queue.cancel({ id });
    const asked = Date.now();
    await until(() => lab.events(id).some(({ kind }) => kind === 'done'), 'it stops');
    const done = lab.events(id).find(({ kind }) => kind === 'done');
    expect(done).toMatchObject({ outcome: 'stopped' });
    // The scheduler looks at requests once a second; the worker's own share is measured from there.
    const control = join(lab.context.home.jobFolder(lab.job(id).targetId), 'control.json');
    const told = Number(JSON.parse(readFileSync(control, 'utf8')).requestedAt);
    expect(told).toBeGreaterThanOrEqual(asked - 5);
    // In a fraction of a second on a quiet machine.
    expect((done?.time ?? 0) - told).toBeLessThan(10_000);
    expect(await lab.ended(id)).toMatchObject({ state: 'stopped' });

    lab.hub.bytesPerSecond = null;
    const again = await lab.get('tiny/starter');
    expect(again).not.toBe(id);
    expect(await lab.ended(again)).toMatchObject({ state: 'done' });
    expect(lab.hub.seen.filter(({ origin }) => origin === 'storage').at(-1)?.range).toMatch(
      /^bytes=[1-9]\d+-$/,
    );
  });

  it('comes through the proxy that the environment names', async () => {
    const port = Number(new URL(lab.hub.endpoint).port);
    const proxy = await startProxy({ 'hub.invalid': port });
    try {
      // This name leads nowhere without the proxy.
      process.env.HF_ENDPOINT = 'http://hub.invalid';
      await expect(lab.get('tiny/starter')).rejects.toThrow(/no network/);
      process.env.HTTP_PROXY = proxy.address;
      process.env.http_proxy = proxy.address;
      delete process.env.NO_PROXY;
      expect(await lab.ended(await lab.get('tiny/starter'))).toMatchObject({ state: 'done' });
      expect([...proxy.hosts].sort()).toEqual(['127.0.0.1', 'hub.invalid']);
    } finally {
      await proxy.close();
    }
  });

  it("is seen by the hub's own library, and what that one fetched is seen here", async () => {
    await lab.ended(await lab.get('tiny/sharded'));
    const script = [
      'from huggingface_hub import snapshot_download, scan_cache_dir',
      "print(snapshot_download('tiny/sharded', local_files_only=True))",
      "snapshot_download('tiny/starter', allow_patterns=['*.json', '*.safetensors', '*.jinja'])",
      'cache = scan_cache_dir()',
      'print(len(cache.repos), len(cache.warnings))',
    ].join('\n');
    const { stdout } = await execa(join(environments, 'torch-cpu', 'bin', 'python'), [
      '-c',
      script,
    ]);
    const { path } = await findModel(lab.context, 'tiny/sharded');
    expect(stdout.split('\n').slice(-2)).toEqual([path, '2 0']);
    expect(await lab.model('tiny/starter')).toMatchObject({
      ...{ state: 'ready', revision: onHub.whole.commit },
    });
  });

  it('can be trained by its name', async () => {
    await lab.ended(await lab.get('tiny/sharded'));
    await lab.unschedule();
    const places = { resources: join(root, 'resources'), python: join(root, 'python') };
    const whole = await createLab({
      home: lab.context.home.folder,
      places: { ...places, environments },
      shell: 'browser',
      schedule: true,
    });
    try {
      const { runId } = await whole.runs.train(
        {
          preset: 'starter',
          overrides: { model: 'tiny/sharded', 'schedule.maxSteps': 2, 'batch.micro': 4 },
          evaluate: [],
        },
        lab.signal,
      );
      const status = async () => (await whole.runs.get({ id: runId }, lab.signal)).summary;
      await until(async () => isOver((await status()).status), 'the training is over', 110);
      expect(await status()).toMatchObject({ status: 'done', steps: 2 });
    } finally {
      await whole.close();
    }
  }, 180_000);
});
