/** `lab train`, `lab export` and `lab eval` of what was exported, with the real worker. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { removeFolder, until } from '../support/bench-lab';
import { runJson, runLab } from '../support/command';
import { addShortPreset } from '../support/few-tasks';

const refusal = z.object({
  error: z.object({ code: z.string(), what: z.string(), why: z.string(), fix: z.string() }),
});

let folder: string;
let home: string;
const lab = (...words: string[]) => runJson(words, { home });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-cli-export-'));
  home = join(folder, 'home');
  addShortPreset(home, 2);
  const file = join(home, 'presets', 'short.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}smoke: never\n`);
  mkdirSync(join(home, 'smokes'));
  const expected = { expect: { minTokens: 30_000 }, sampling: { maxNewTokens: 4 } };
  const check = { schemaVersion: 1, name: 'never', prompt: 'Say one.', ...expected };
  writeFileSync(join(home, 'smokes', 'never.yaml'), JSON.stringify(check));
});
afterAll(async () => {
  const idle = async () =>
    z.object({ scheduler: z.unknown() }).parse((await lab('queue')).value).scheduler === null;
  await until(idle, 'nobody schedules any more', 60);
  removeFolder(folder);
});

describe('lab train', () => {
  it('ends with 3 when the smoke test of its preset keeps the tuned model from evaluation', async () => {
    const { code, value } = await lab('train', 'short', '--name', 'mine');
    const { error } = refusal.parse(value);
    expect([code, error.code]).toEqual([3, 'refused']);
    expect(error.what).toBe(
      'mine is trained, but was not evaluated: it did not pass the smoke test never.',
    );
    expect(error.fix).toContain('lab queue retry');
    const runs = z.array(z.object({ status: z.string() })).parse((await lab('runs')).value);
    expect(runs).toEqual([{ status: 'done' }]);
  }, 200_000);
});

describe('lab export', () => {
  it('makes a folder, says what it is, and never makes it twice', async () => {
    const first = await lab('export', 'mine', '--to', 'merged');
    expect(first.code).toBe(0);
    const { path, bytes, hash, seconds } = z
      .strictObject({ path: z.string(), bytes: z.int(), hash: z.string(), seconds: z.number() })
      .parse(first.value);
    const files = readFileSync(join(path, 'lorabench-export.json'), 'utf8');
    expect(JSON.parse(files)).toMatchObject({ bytes, hash, seconds });
    expect(existsSync(join(path, 'model.safetensors'))).toBe(true);
    const again = await lab('export', 'mine', '--to', 'merged');
    expect(again.code).toBe(3);
    expect(refusal.parse(again.value).error.what).toContain(path);
  }, 120_000);

  it('exports a checkpoint to a folder of one’s own', async () => {
    const out = join(folder, 'my model');
    const done = await runLab(['export', 'mine@latest', '--to', 'merged', '--out', out], { home });
    expect(done.code).toBe(0);
    expect(done.stdout).toContain(out);
    const manifest = JSON.parse(readFileSync(join(out, 'lorabench-export.json'), 'utf8'));
    expect(manifest).toMatchObject({ step: 2, runName: 'mine' });
  }, 120_000);

  it.each([
    [['export', 'mine', '--to', 'gguf'], 'cannot be exported to "gguf"'],
    [['export', 'mine@99', '--to', 'merged'], 'no checkpoint of step 99'],
    [['export', 'nobody', '--to', 'merged'], 'no single run "nobody"'],
    [['export', 'mine'], 'not understood'],
  ])('ends with 2 for what cannot be: %j', async (words, said) => {
    const { code, value } = await lab(...words);
    expect(code).toBe(2);
    expect(refusal.parse(value).error.what).toContain(said);
  });

  it('gives what "lab eval merged:RUN" measures', async () => {
    const { code, value } = await lab('eval', 'merged:mine', '--bench', 'few');
    expect(code).toBe(0);
    expect(value).toMatchObject({ subject: expect.stringContaining('mine'), benchmark: 'few' });
    const unknown = await lab('eval', 'mine@99', '--bench', 'few');
    expect(unknown.code).toBe(2);
  }, 120_000);
});
