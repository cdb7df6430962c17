import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cachedModels, snapshotOf } from './hub-cache';
import { cacheFolder, endpoint, requireOnline, token } from './hub-settings';
import { hubName, sourceOf } from './model-source';

const folder = mkdtempSync(join(tmpdir(), 'lorabench-names-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the name of a model on the hub', () => {
  it.each([
    ['Qwen/Qwen2.5-Coder-3B-Instruct', 'Qwen/Qwen2.5-Coder-3B-Instruct', 'main'],
    ['owner/name@v1.0', 'owner/name', 'v1.0'],
    ['owner/name@refs/pr/3', 'owner/name', 'refs/pr/3'],
  ])('%s is understood', (source, id, revision) => {
    expect(hubName(source)).toEqual({ id, revision });
    expect(sourceOf({ id, revision })).toBe(source);
  });

  it.each([
    'starter',
    '/a/b',
    './a/b',
    '../up',
    'a/b/c',
    'a/..',
    'owner/name@../../x',
    'owner/name@',
    'own--er/name',
    'owner/na me',
  ])('%s is none', (source) => {
    expect(hubName(source)).toBeNull();
  });
});

describe('the variables of the hub', () => {
  it('say where its cache is, as for all its tools', () => {
    expect(cacheFolder({})).toBe(join(homedir(), '.cache', 'huggingface', 'hub'));
    expect(cacheFolder({ XDG_CACHE_HOME: '/x' })).toBe('/x/huggingface/hub');
    expect(cacheFolder({ XDG_CACHE_HOME: '/x', HF_HOME: '/h' })).toBe('/h/hub');
    expect(cacheFolder({ HF_HOME: '~/h' })).toBe(join(homedir(), 'h', 'hub'));
    expect(cacheFolder({ HF_HOME: '/h', HF_HUB_CACHE: '/c' })).toBe('/c');
  });

  it('say where the hub is and who asks', async () => {
    expect(endpoint({})).toBe('https://huggingface.co');
    expect(endpoint({ HF_ENDPOINT: 'https://mirror.example/' })).toBe('https://mirror.example');
    writeFileSync(join(folder, 'token'), ' hf_file\n');
    expect(await token({ HF_HOME: folder })).toBe('hf_file');
    expect(await token({ HF_HOME: folder, HF_TOKEN: 'hf_variable' })).toBe('hf_variable');
    expect(await token({ HF_HOME: join(folder, 'none') })).toBeNull();
  });

  it('keep the hub out when they say so', () => {
    expect(() => requireOnline({ HF_HUB_OFFLINE: '0' })).not.toThrow();
    expect(() => requireOnline({ HF_HUB_OFFLINE: 'yes' })).toThrow(/HF_HUB_OFFLINE is set/);
    expect(() => requireOnline({ TRANSFORMERS_OFFLINE: '1' })).toThrow(/TRANSFORMERS_OFFLINE/);
  });
});

describe('the cache', () => {
  const variables = { HF_HUB_CACHE: join(folder, 'hub') };
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const model = join(folder, 'hub', 'models--owner--name');
  mkdirSync(join(model, 'snapshots', commit), { recursive: true });
  mkdirSync(join(model, 'refs', 'refs', 'pr'), { recursive: true });

  it('knows a model without a branch by its commit', async () => {
    expect(await cachedModels(variables)).toEqual([{ id: 'owner/name', revision: commit }]);
  });

  it('follows branches, and only to commits inside it', async () => {
    writeFileSync(join(model, 'refs', 'main'), `${commit}\n`);
    writeFileSync(join(model, 'refs', 'refs', 'pr', '1'), '../../../../elsewhere');
    const found = await snapshotOf({ id: 'owner/name', revision: 'main' }, variables);
    expect(found).toEqual({ revision: commit, path: join(model, 'snapshots', commit) });
    expect(await snapshotOf({ id: 'owner/name', revision: 'refs/pr/1' }, variables)).toBeNull();
    expect(await snapshotOf({ id: 'owner/other', revision: 'main' }, variables)).toBeNull();
  });
});
