import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabHome } from '../store/home';
import { Store } from '../store/store';
import { findCheckpoint, keepAdapter } from './find-checkpoint';

const run = { id: 'r1', name: 'mine' };
let folder: string;
let context: { readonly home: LabHome; readonly store: Store };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-checkpoint-'));
  context = { home: new LabHome(folder), store: new Store(join(folder, 'lab.db')) };
});
afterEach(() => {
  context.store.close();
  rmSync(folder, { recursive: true });
});

const place = (step: number): string =>
  join(context.home.runFolder(run.id), 'checkpoints', `step-${step}`);

/** A complete checkpoint as the worker writes it. */
function write(step: number, manifestStep = step): void {
  const files: Record<string, { bytes: number; sha256: string }> = {};
  const contents = {
    'adapter/adapter_config.json': '{}',
    'adapter/adapter_model.safetensors': `weights ${step}`,
    'optimizer.safetensors': 'moments',
  };
  for (const [name, text] of Object.entries(contents)) {
    const path = join(place(step), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    files[name] = { bytes: Buffer.byteLength(text), sha256 };
  }
  const manifest = { schemaVersion: 1, step: manifestStep, createdAt: 1, files };
  writeFileSync(join(place(step), 'manifest.json'), JSON.stringify(manifest));
}

describe('a checkpoint of a run', () => {
  it('is that of the step, or the newest that is complete', async () => {
    for (const step of [100, 9, 20]) write(step);
    mkdirSync(place(120));
    expect(await findCheckpoint(context, run, 9)).toEqual({
      step: 9,
      adapterPath: join(place(9), 'adapter'),
    });
    expect((await findCheckpoint(context, run, 'latest')).step).toBe(100);
  });

  it('that is not there is refused with those that are', async () => {
    const refused = findCheckpoint(context, run, 'latest');
    await expect(refused).rejects.toMatchObject({
      code: 'not_found',
      what: 'The run "mine" has no checkpoint yet.',
      fix: expect.stringContaining('monitoring.checkpointEvery'),
    });
    for (const step of [9, 100, 20]) write(step);
    await expect(findCheckpoint(context, run, 10)).rejects.toMatchObject({
      code: 'not_found',
      what: 'The run "mine" has no checkpoint of step 10.',
      why: 'There are complete checkpoints of the steps 9, 20 and 100.',
      fix: 'Name one that is there, for example mine@100 or mine@latest.',
    });
  });

  it.each([
    ['manifest.json', null, 'no manifest'],
    ['manifest.json', '{"schemaVersion": 1}', 'no manifest that can be read'],
    ['optimizer.safetensors', null, 'optimizer.safetensors is missing'],
    ['optimizer.safetensors', 'moment', 'has 6 bytes instead of 7'],
    ['adapter/adapter_config.json', '[]', 'adapter/adapter_config.json has changed'],
  ])('whose %s is %j is not complete', async (name, text, problem) => {
    write(5);
    write(6);
    const path = join(place(6), name);
    if (text === null) rmSync(path);
    else writeFileSync(path, text);
    await expect(findCheckpoint(context, run, 6)).rejects.toMatchObject({
      code: 'conflict',
      what: 'The checkpoint of step 6 of the run "mine" is not complete.',
      why: expect.stringContaining(problem),
      fix: 'Name one that is there, for example mine@5 or mine@latest.',
    });
  });

  it('that says it is of another step is not believed', async () => {
    write(6, 7);
    await expect(findCheckpoint(context, run, 6)).rejects.toThrow('its manifest is of step 7');
  });

  it('leaves its adapter to what asks it, whatever becomes of the checkpoint', async () => {
    write(6);
    const kept = join(folder, 'evaluation', 'adapter');
    await keepAdapter((await findCheckpoint(context, run, 6)).adapterPath, kept);
    rmSync(place(6), { recursive: true });
    expect(readFileSync(join(kept, 'adapter_model.safetensors'), 'utf8')).toBe('weights 6');
    await expect(keepAdapter(join(place(6), 'adapter'), join(folder, 'late'))).rejects.toThrow(
      'could not be kept',
    );
  });
});
