import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitReportSchema } from '@shared/fit';
import { queueSnapshotSchema } from '@shared/job';
import { rehearsalSchema } from '@shared/rehearsal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { until } from '../support/bench-lab';
import { type CommandSettings, repository, runJson, runLab } from '../support/command';

const document = z.object({ rehearsal: rehearsalSchema, fit: fitReportSchema.nullable() });

let folder = '';
let lab: CommandSettings;
const queue = async () => queueSnapshotSchema.parse((await runJson(['queue'], lab)).value);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-cli-'));
  lab = { home: join(folder, 'home') };
  mkdirSync(lab.home);
});
afterEach(async () => {
  await until(async () => (await queue()).scheduler === null, 'nobody schedules any more', 60);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('lab rehearse', () => {
  it('follows with a bar and tells peak, speed, the whole run and what fit said', async () => {
    const words = ['rehearse', 'starter', '--steps', '1', '--set', 'batch.micro=4'];
    const { code, stdout, stderr } = await runLab(words, lab);
    expect(code).toBe(0);
    expect(stderr).toMatch(/Rehearsing starter on .*: done/);
    expect(stdout).toMatch(/^starter fits on /);
    expect(stdout).toMatch(/peak memory +\d.* predicted/);
    expect(stdout).toMatch(/fit said +fits: /);
    expect(stdout).toMatch(/speed +[\d.]+ tokens\/s/);
    expect(stdout).toMatch(/whole run +.* for 380 steps/);
  }, 180_000);

  it('ends with 3 when it does not fit, with what was tried and what to change', async () => {
    const model = join(folder, 'model');
    mkdirSync(model);
    const starter = join(repository, 'resources', 'models', 'starter', 'config.json');
    const config: object = JSON.parse(readFileSync(starter, 'utf8'));
    const huge = { ...config, vocab_size: 2_000_000_000 };
    writeFileSync(join(model, 'config.json'), JSON.stringify(huge));
    const words = ['rehearse', 'starter', '--set', `model=${model}`];
    const { code, value } = await runJson(words, lab);
    expect(code).toBe(3);
    const { rehearsal, fit } = document.parse(value);
    expect(rehearsal).toMatchObject({ status: 'failed', outOfMemory: true });
    expect(rehearsal.failure?.why).toContain('Tried: ');
    expect(rehearsal.failure?.fix).toContain('quantization.kind=nf4');
    expect(fit?.verdict).toBe('does not fit');
  }, 180_000);

  it('with --detach returns at once and a background process measures', async () => {
    const words = ['rehearse', 'starter', '--steps', '1', '--detach'];
    const { code, value } = await runJson(words, lab);
    expect(code).toBe(0);
    const { rehearsal } = document.parse(value);
    expect(rehearsal.status).toBe('queued');
    const state = async () =>
      (await queue()).jobs.find(({ id }) => id === rehearsal.jobId)?.state ?? null;
    await until(async () => (await state()) === 'done', 'it is measured', 120);
  }, 180_000);

  it.each([
    [['rehearse', 'starter', '--steps', 'many'], '--steps'],
    [['rehearse', 'starter', '--steps', '0'], 'steps'],
    [['rehearse', 'starter', '--set', 'batch.micros=1'], 'batch.micro'],
    [['rehearse', 'starter', '--set', 'model=owner/never-heard-of'], 'not known here'],
    [['rehearse', 'nothing'], 'nothing'],
  ])('ends with 2 for wrong input: %s', async (words, said) => {
    const { code, value } = await runJson(words, lab);
    expect(code).toBe(2);
    expect(JSON.stringify(value)).toContain(said);
  });
});
