import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labErrorValueSchema } from '@shared/errors';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runJson, runLab } from '../support/command';

const home = mkdtempSync(join(tmpdir(), 'lorabench-answers-'));
const settings = { home };
const failure = z.strictObject({ error: labErrorValueSchema });

afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('with --json', () => {
  it.each([
    'devices',
    'presets list',
    'presets show starter',
    'presets',
    'models list',
    'models show starter',
    'queue list',
    'queue pause',
    'queue resume',
    'runs list',
    'corpus list',
    'bench list',
    'bench show starter',
    'evaluations list',
    'reindex',
  ])('%s writes one document on stdout and nothing else', async (words) => {
    const { code, stderr } = await runJson(words.split(' '), settings);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('doctor lists its checks and its exit code says whether one failed', async () => {
    const { code, value } = await runJson(['doctor'], settings);
    const checks = z.array(z.object({ name: z.string(), status: z.string() })).parse(value);
    expect(checks.length).toBeGreaterThan(3);
    expect(code).toBe(checks.some(({ status }) => status === 'problem') ? 1 : 0);
  });

  it.each([
    ['an unknown verb', ['triain']],
    ['a missing argument', ['train']],
    ['an unknown option', ['train', 'starter', '--epochs', '3']],
    ['an unknown verb below a verb', ['runs', 'liist']],
    ['an unknown preset', ['train', 'no-such-preset']],
    ['an unknown path', ['train', 'starter', '--set', 'schedule.learningrate=1']],
    ['a value outside its range', ['train', 'starter', '--set', 'adapter.rank=-1']],
    ['a --set without "="', ['train', 'starter', '--set', 'rank']],
    ['an unknown run', ['runs', 'show', 'no-such-run']],
    ['an unknown model', ['models', 'show', 'no-such-model']],
    ['a folder without a model', ['models', 'add', '/']],
    ['forgetting what was not added', ['models', 'forget', 'starter']],
    ['an unknown evaluation', ['compare', 'x', 'y']],
    ['an unknown benchmark', ['eval', 'reference', '--bench', 'no-such-bench']],
    ['a number that is none', ['eval', 'reference', '--bench', 'starter', '--repeats', 'many']],
    ['a preset file that is missing', ['presets', 'save', '/no/such/file.yaml']],
  ])('%s is exit code 2 and an error document', async (_, words) => {
    const { code, value } = await runJson(words, settings);
    const { error } = failure.parse(value);
    expect({ code, hasWords: [error.what, error.why, error.fix].every(Boolean) }).toEqual({
      code: 2,
      hasWords: true,
    });
  });

  it('a misspelt path names the nearest one', async () => {
    const words = ['train', 'starter', '--set', 'schedule.learningrate=1'];
    const { stdout } = await runJson(words, settings);
    expect(stdout).toContain('schedule.learningRate');
  });
});

describe('for people', () => {
  it('help goes to stdout with exit code 0, usage without a verb to stderr with 2', async () => {
    const help = await runLab(['--help'], settings);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Usage: lab VERB');
  });

  it('a failure is three sentences on stderr, without a stack', async () => {
    const { code, stdout, stderr } = await runLab(['runs', 'show', 'nothing'], settings);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/There is no single run "nothing"/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('tables have no colour codes in a pipe', async () => {
    const { stdout } = await runLab(['presets'], settings);
    expect(stdout).toContain('starter');
    expect(stdout).not.toContain('\u001b');
  });

  it('a preset is saved, shown, and replaced only when asked', async () => {
    const file = join(home, 'mine.yaml');
    writeFileSync(
      file,
      'schemaVersion: 1\nname: mine\ntitle: Mine\nmodel: starter\ncorpus: starter\nadapter: {rank: 4}\n',
    );
    expect((await runLab(['presets', 'save', file], settings)).code).toBe(0);
    const { value } = await runJson(['presets', 'show', 'mine'], settings);
    expect(value).toMatchObject({ source: 'user', preset: { name: 'mine', adapter: { rank: 4 } } });
    expect((await runLab(['presets', 'save', file], settings)).code).toBe(3);
    expect((await runLab(['presets', 'save', file, '--replace'], settings)).code).toBe(0);
  });
});
