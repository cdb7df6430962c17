import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentCardSchema } from '@shared/environment';
import { labErrorValueSchema } from '@shared/errors';
import { doctorCheckSchema } from '@shared/machine';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runJson, runLab } from '../support/command';

const folder = mkdtempSync(join(tmpdir(), 'lorabench-environments-'));
const settings = { home: join(folder, 'home') };
/** A place where no environment lies. */
const empty = { ...settings, environments: join(folder, 'none') };
const failure = z.strictObject({ error: labErrorValueSchema });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lab environments', () => {
  it('lists all five with the devices that need them, without importing anything', async () => {
    const began = Date.now();
    const { code, value } = await runJson(['environments'], settings);
    const cards = z.array(environmentCardSchema).parse(value);
    expect({ code, names: cards.map(({ name }) => name) }).toEqual({
      code: 0,
      names: ['torch-cpu', 'torch-cuda', 'torch-rocm', 'mlx', 'llama-cpp'],
    });
    const [processor] = cards;
    expect(processor).toMatchObject({ state: 'ready', neededBy: ['cpu'], problem: null });
    expect(processor?.versions.torch).toMatch(/^2\.13\.0/);
    expect(Date.now() - began).toBeLessThan(20_000);
  });

  it('says of what is missing how to install it', async () => {
    const { stdout } = await runLab(['environments', 'list'], empty);
    expect(stdout).toContain('torch-cpu: It is not installed.');
    expect(stdout).toContain('environments install torch-cpu');
    const { code, value } = await runJson(['environments', 'check', 'torch-cpu'], empty);
    expect(code).not.toBe(0);
    expect(failure.parse(value).error.fix).toContain('environments install torch-cpu');
  });

  it('checks an environment by computing in it', async () => {
    const { code, value } = await runJson(['environments', 'check', 'torch-cpu'], settings);
    const checks = z.array(doctorCheckSchema).parse(value);
    expect({ code, problems: checks.filter(({ status }) => status === 'problem') }).toEqual({
      code: 0,
      problems: [],
    });
    expect(checks.map(({ name }) => name)).toContain('cpu: NF4 backward');
  });

  it.each([
    [['environments', 'install', 'torch-gpu'], 2],
    [['environments', 'plan'], 2],
    [['environments', 'install', 'torch-cpu', '--again'], 2],
  ] as const)('%j is wrong usage', async (words, expected) => {
    const { code, value } = await runJson(words, settings);
    expect(code).toBe(expected);
    expect(failure.parse(value).error.fix).not.toBe('');
  });

  it('does not install what is complete, and puts an installation into the queue when asked to', async () => {
    const again = await runJson(['environments', 'install', 'torch-cpu'], settings);
    expect(failure.parse(again.value).error.fix).toContain('--repair');
    const { code, value } = await runJson(['environments', 'install', 'mlx', '--detach'], empty);
    const { jobId } = z.object({ jobId: z.string() }).parse(value);
    expect(code).toBe(0);
    const queue = await runJson(['queue', 'cancel', jobId], empty);
    expect(queue.code).toBe(0);
    expect(readdirSync(folder)).toEqual(['home']);
  });
});
