import { chmodSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enqueueDownload } from '@lab/models/download-jobs';
import { findModel } from '@lab/models/find-model';
import { cacheFolder, endpoint } from '@lab/models/hub-settings';
import { requireHubName, requireRoom } from '@lab/models/offer';
import { LabError } from '@shared/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, startHub } from '../fixtures/hub/hub-server';
import { filesOf, repository } from '../fixtures/hub/repositories';
import { until } from './support/bench-lab';
import {
  environments,
  goodToken,
  HubLab,
  onHub,
  starterFolder,
  strangerToken,
} from './support/hub-lab';

const weightsPath = /\/model\.safetensors$/;
const weightBytes = readFileSync(join(starterFolder, 'model.safetensors')).length;
type Given<One> = One extends Fault ? Omit<One, 'path' | 'times'> & Partial<Fault> : never;
const fault = (given: Given<Fault>): Fault => ({ path: weightsPath, times: 1, ...given }) as Fault;

let lab: HubLab;
beforeEach(async () => {
  lab = await HubLab.open();
});
afterEach(() => lab.close());

/** Queues without asking the hub first, as when something changes between the two. */
const enqueue = (source: string) =>
  enqueueDownload(lab.context, requireHubName(source, 'main'), {
    endpoint: endpoint(),
    cacheFolder: cacheFolder(),
  });

/** The sentences of the error that a call ends with. */
async function errorOf(call: unknown): Promise<LabError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}
const look = (source: string) => lab.models.look({ source, revision: 'main' }, lab.signal);
const storageRequests = () => lab.hub.seen.filter(({ origin }) => origin === 'storage');

describe('a download goes on after', () => {
  it('a cut connection, from the byte where it was cut', async () => {
    lab.hub.faults = [fault({ kind: 'cut', after: 3_000_000 })];
    expect(await lab.ended(await lab.get('tiny/starter'))).toMatchObject({ state: 'done' });
    const [first, second] = storageRequests();
    expect(first?.range).toBeNull();
    const start = Number(/^bytes=(\d+)-$/.exec(second?.range ?? '')?.[1]);
    expect(start).toBeGreaterThan(2_500_000);
    expect(second?.bytes).toBe(weightBytes - start);
  });

  it('more cuts than it has patience for, as long as each brings something', async () => {
    lab.hub.faults = [fault({ kind: 'cut', after: 900_000, times: 7 })];
    expect(await lab.ended(await lab.get('tiny/starter'))).toMatchObject({ state: 'done' });
    expect(storageRequests()).toHaveLength(8);
  });

  it('a connection that says nothing any more', async () => {
    lab.hub.faults = [fault({ kind: 'stall', after: 1_000_000 })];
    expect(await lab.ended(await lab.get('tiny/starter'))).toMatchObject({ state: 'done' });
    expect(storageRequests()[1]?.range).toMatch(/^bytes=\d{6,}-$/);
  });

  it('errors of the server', async () => {
    lab.hub.faults = [
      fault({ kind: 'status', status: 503, times: 2 }),
      fault({ kind: 'status', status: 500, path: /^\/api\// }),
    ];
    const id = await enqueue('tiny/starter');
    expect(await lab.ended(id)).toMatchObject({ state: 'done' });
    expect(storageRequests()).toHaveLength(3);
  });

  it('a rate limit, when the time that the hub names has passed', async () => {
    const headers = { 'retry-after': '4' };
    lab.hub.faults = [fault({ kind: 'status', status: 429, headers })];
    const id = await lab.get('tiny/starter');
    await until(() => /waiting 4 s, as the hub asks/.test(lab.job(id).message ?? ''), 'it waits');
    expect(await lab.ended(id)).toMatchObject({ state: 'done' });
  });

  it('damaged bytes, which are fetched again', async () => {
    lab.hub.faults = [fault({ kind: 'wrong-byte', at: 4_000_000 })];
    const id = await lab.get('tiny/starter');
    expect(await lab.ended(id)).toMatchObject({ state: 'done' });
    const warnings = lab.events(id).filter(({ kind }) => kind === 'warning');
    expect(warnings).toMatchObject([{ code: 'damaged_file' }]);
    expect(lab.hub.sentOf('model.safetensors')).toBe(2 * weightBytes);
  });

  it('an interruption, on a server that knows no ranges', async () => {
    lab.hub.faults = [fault({ kind: 'cut', after: 3_000_000 }), fault({ kind: 'ignore-range' })];
    expect(await lab.ended(await lab.get('tiny/starter'))).toMatchObject({ state: 'done' });
    expect(storageRequests()[1]?.bytes).toBe(weightBytes);
  });
});

describe('a download ends with a card, and nothing counts as there, when', () => {
  async function card(source = 'tiny/starter') {
    const id = await enqueue(source);
    const { state, failure } = await lab.ended(id);
    expect(state).toBe('failed');
    expect((await lab.model(source)).state).not.toBe('ready');
    expect(failure?.title).toContain(source);
    expect(failure?.fix).not.toBe('');
    return failure;
  }

  it('the bytes stay damaged; none of them are kept', async () => {
    lab.hub.faults = [fault({ kind: 'wrong-byte', at: 5, times: 99 })];
    expect((await card())?.why).toMatch(/model\.safetensors arrives damaged/);
    expect(Object.keys(lab.blobs('tiny/starter')).join()).not.toMatch(/incomplete/);
  });

  it('the hub limits the rate again and again', async () => {
    const headers = { ratelimit: '"resolvers";r=0;t=0' };
    lab.hub.faults = [fault({ kind: 'status', status: 429, headers, times: 99 })];
    const failure = await card();
    expect(failure?.why).toMatch(/limits how often/);
    expect(failure?.fix).toMatch(/HF_TOKEN/);
    expect(storageRequests()).toHaveLength(6);
  });

  it('the server fails again and again', async () => {
    lab.hub.faults = [fault({ kind: 'status', status: 502, times: 99, path: /^\/api\// })];
    expect((await card())?.why).toMatch(/The hub has a problem \(502\)/);
  });

  it('the model is gated', async () => {
    const failure = await card('tiny/gated');
    expect(failure?.why).toMatch(/gated.*no token was sent/);
    expect(failure?.fix).toContain(`Accept the terms at ${lab.hub.endpoint}/tiny/gated`);
    process.env.HF_TOKEN = strangerToken;
    expect((await card('tiny/gated'))?.why).toMatch(/has not been let in/);
  });

  it('its weights are pickled', async () => {
    expect((await card('tiny/pickled'))?.why).toMatch(/pickled/);
    expect(storageRequests()).toEqual([]);
  });

  it('the hub lacks a file that its own index names', async () => {
    const files = Object.fromEntries(
      onHub.shards.contents.map(({ name, content }) => [name, content]),
    );
    delete files['model-00002-of-00003.safetensors'];
    lab.hub.put(repository('tiny/torn', files));
    const failure = await card('tiny/torn');
    expect(failure?.why).toMatch(/A weight file is missing on the hub/);
    expect(failure?.details).toContain('model-00002-of-00003.safetensors');
  });

  it('the user keeps the hub out (HF_HUB_OFFLINE)', async () => {
    process.env.HF_HUB_OFFLINE = '1';
    expect((await card())?.why).toMatch(/HF_HUB_OFFLINE/);
    expect(lab.hub.seen).toEqual([]);
  });

  it('the disk fills up; the file that was cut off is deleted', async () => {
    // The system refuses to let a file of this process grow past 2 MB: the same error path.
    const python = join(environments, 'torch-cpu', 'bin', 'python');
    const own = join(lab.folder, 'limited', 'torch-cpu');
    mkdirSync(join(own, 'bin'), { recursive: true });
    mkdirSync(join(own, 'lib', 'python3', 'site-packages', 'huggingface_hub'), { recursive: true });
    writeFileSync(join(own, 'bin', 'python'), `#!/bin/sh\nulimit -f 4096\nexec '${python}' "$@"\n`);
    chmodSync(join(own, 'bin', 'python'), 0o755);
    Object.assign(lab.context.places, { environments: join(lab.folder, 'limited') });
    const failure = await card();
    expect(failure?.why).toMatch(/The disk is full/);
    const left = lab.blobs('tiny/starter');
    expect(Object.keys(left).join()).not.toMatch(/incomplete/);
    expect(Math.max(...Object.values(left))).toBeLessThan(1_000_000);
  });
});

describe('before anything is downloaded', () => {
  it('look tells what would come, and what of it is here', async () => {
    const offer = await look('tiny/starter');
    expect(offer).toMatchObject({
      ...{ source: 'tiny/starter', revision: onHub.whole.commit, endpoint: lab.hub.endpoint },
      ...{ license: 'apache-2.0', gated: false, presentBytes: 0 },
      folder: lab.cache('tiny/starter'),
    });
    expect(offer.files.find(({ name }) => name === 'model.safetensors')?.bytes).toBe(weightBytes);
    expect(offer.totalBytes).toBe(offer.files.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(offer.diskFreeBytes).toBeGreaterThan(0);
    await lab.ended(await lab.get('tiny/starter'));
    expect((await look('tiny/starter')).presentBytes).toBe(offer.totalBytes);
  });

  it('a disk without room is refused with the amounts', async () => {
    const offer = await look('tiny/starter');
    const error = await errorOf(
      Promise.resolve().then(() => requireRoom({ ...offer, diskFreeBytes: 1_000_500_000 })),
    );
    expect(error.code).toBe('refused');
    expect(error.why).toMatch(/needs 7\.2 MB and 1\.0 GB to spare; 1\.0 GB are free/);
    expect(() => requireRoom({ ...offer, diskFreeBytes: 1_008_000_000 })).not.toThrow();
  });

  it('an architecture that cannot be trained is refused', async () => {
    const config = { architectures: ['NewNetForCausalLM'], model_type: 'newnet', auto_map: {} };
    const files = { ...filesOf(starterFolder), 'config.json': JSON.stringify(config) };
    lab.hub.put(repository('tiny/new', files));
    const error = await errorOf(lab.get('tiny/new'));
    expect(error.why).toMatch(/NewNetForCausalLM.*unknown.*Python code of its own/);
  });

  it.each([
    ['tiny/pickled', 'refused', /pickled/],
    ['tiny/gated', 'refused', /No token was sent/],
    ['tiny/nothing', 'not_found', /401/],
    ['tiny/starter@v9', 'not_found', /no branch, tag or commit/],
    ['no name at all', 'bad_input', /owner\/name/],
    ['../../etc', 'bad_input', /owner\/name/],
  ])('%s is %s', async (source, code, why) => {
    const error = await errorOf(lab.get(source));
    expect({ code: error.code, why: error.why }).toEqual({ code, why: expect.stringMatching(why) });
    expect(error.fix).not.toBe('');
    expect((await lab.queue.snapshot()).jobs).toEqual([]);
  });

  it('a rate limit names the seconds, a broken server says so', async () => {
    const path = /^\/api\//;
    lab.hub.faults = [
      fault({ kind: 'status', status: 429, headers: { 'retry-after': '55' }, path }),
    ];
    expect((await errorOf(look('tiny/starter'))).fix).toMatch(/Wait 55 s/);
    lab.hub.faults = [fault({ kind: 'status', status: 500, path })];
    expect(await errorOf(look('tiny/starter'))).toMatchObject({ code: 'unavailable' });
  });

  it('no network, and a place where nothing listens, are told apart', async () => {
    const closed = await startHub([]);
    await closed.close();
    process.env.HF_ENDPOINT = closed.endpoint;
    expect((await errorOf(look('tiny/starter'))).why).toMatch(/Nothing accepts connections/);
    process.env.HF_ENDPOINT = 'http://hub.invalid';
    expect((await errorOf(look('tiny/starter'))).why).toMatch(/no network/);
    process.env.HF_HUB_OFFLINE = '1';
    expect((await errorOf(look('tiny/starter'))).why).toMatch(/HF_HUB_OFFLINE is set/);
  });
});

describe('a token', () => {
  it('opens a gated model, from its variable or its file, and stays with the hub', async () => {
    process.env.HF_TOKEN = strangerToken;
    expect((await errorOf(look('tiny/gated'))).why).toMatch(/has not been let in/);
    process.env.HF_TOKEN = 'hf_expired';
    expect((await errorOf(look('tiny/gated'))).what).toMatch(/does not let this token read/);
    delete process.env.HF_TOKEN;
    mkdirSync(join(lab.folder, 'hub home'), { recursive: true });
    writeFileSync(join(lab.folder, 'hub home', 'token'), `${goodToken}\n`);
    expect((await look('tiny/gated')).gated).toBe(true);
    expect(await lab.ended(await lab.get('tiny/gated'))).toMatchObject({ state: 'done' });
    const sent = (origin: string) =>
      new Set(lab.hub.seen.filter((one) => one.origin === origin).map((one) => one.authorization));
    expect(sent('hub')).toContain(`Bearer ${goodToken}`);
    expect([...sent('storage')]).toEqual([null]);
  });
});

describe('revisions', () => {
  it.each(['v1', 'refs/pr/2', onHub.tagged.commit])(
    '%s is had by owner/name@revision',
    async (revision) => {
      const source = `tiny/tagged@${revision}`;
      await lab.ended(await lab.get(source));
      expect(await lab.model(source)).toMatchObject({ state: 'ready', source });
      expect((await findModel(lab.context, source)).path).toContain(onHub.tagged.commit);
      expect(await lab.model('tiny/tagged')).toMatchObject({ state: 'missing' });
      const listed = (await lab.models.list(lab.signal)).filter(({ source }) =>
        /tagged/.test(source),
      );
      expect(listed.map(({ source, state }) => ({ source, state }))).toEqual([
        { source, state: 'ready' },
      ]);
    },
  );

  it('main may move on: only what changed is fetched, and the old commit stays', async () => {
    await lab.ended(await lab.get('tiny/starter'));
    const files = { ...filesOf(starterFolder), 'generation_config.json': '{"do_sample": false}' };
    const newer = repository('tiny/starter', files);
    lab.hub.put(newer);
    const before = lab.hub.seen.length;
    await lab.ended(await lab.get('tiny/starter'));
    expect(await lab.model('tiny/starter')).toMatchObject({ revision: newer.commit });
    expect(await lab.model(`tiny/starter@${onHub.whole.commit}`)).toMatchObject({ state: 'ready' });
    const fetched = lab.hub.seen.slice(before).filter(({ path }) => /resolve/.test(path));
    expect(fetched.map(({ path }) => path.split('/').at(-1))).toEqual(['generation_config.json']);
  });
});

describe('what lies in the cache', () => {
  it('is asked for once at a time', async () => {
    lab.hub.bytesPerSecond = 3_000_000;
    const [first, second] = await Promise.all([lab.get('tiny/starter'), lab.get('tiny/starter')]);
    expect(second).toBe(first);
    expect(await lab.model('tiny/starter')).toMatchObject({ jobId: first });
    await lab.ended(first);
  });

  it('and was damaged there is repaired by getting it again', async () => {
    await lab.ended(await lab.get('tiny/starter'));
    const { path } = await findModel(lab.context, 'tiny/starter');
    truncateSync(join(path, 'model.safetensors'), 1_000_000);
    expect(await lab.model('tiny/starter')).toMatchObject({
      state: 'broken',
      problem: expect.stringMatching(/model\.safetensors is damaged: it is cut off/),
      fix: expect.stringMatching(/models get tiny\/starter/),
    });
    await expect(findModel(lab.context, 'tiny/starter')).rejects.toThrow(/cut off/);
    await lab.ended(await lab.get('tiny/starter'));
    expect(await lab.model('tiny/starter')).toMatchObject({ state: 'ready' });
    // One wrong byte among millions is not seen by a look at the header, but by the next download.
    const weights = join(path, 'model.safetensors');
    const content = readFileSync(weights);
    content[5_000_000] = (content[5_000_000] ?? 0) ^ 1;
    writeFileSync(weights, content);
    const id = await lab.get('tiny/starter');
    await lab.ended(id);
    expect(lab.events(id)).toContainEqual(expect.objectContaining({ code: 'damaged_file' }));
    expect(
      readFileSync(weights).equals(readFileSync(join(starterFolder, 'model.safetensors'))),
    ).toBe(true);
  });

  it('is partial while a shard is missing', async () => {
    await lab.ended(await lab.get('tiny/sharded'));
    const { path } = await findModel(lab.context, 'tiny/sharded');
    rmSync(join(path, 'model-00003-of-00003.safetensors'));
    expect(await lab.model('tiny/sharded')).toMatchObject({
      state: 'partial',
      problem: expect.stringMatching(/A weight file is missing: model-00003/),
    });
  });
});
