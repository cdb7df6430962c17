/** The starter as a GGUF file, answered for by llama.cpp, beside the same model in PyTorch. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { placesIn } from '@lab/shell/places';
import { labErrorValueSchema } from '@shared/errors';
import { comparisonSchema, evaluationSummarySchema } from '@shared/evaluation';
import { queueSnapshotSchema } from '@shared/job';
import { smokeSchema } from '@shared/smoke';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ggufFile } from '../../fixtures/gguf-file';
import { until } from '../support/bench-lab';
import { type CommandSettings, repository, runJson, runLab } from '../support/command';
import { addFewTasks } from '../support/few-tasks';

const { environments } = placesIn(repository, process.env);
let folder = '';
let lab: CommandSettings;
let file = '';
let taskCount = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-gguf-'));
  lab = { home: join(folder, 'home') };
  mkdirSync(lab.home);
  taskCount = addFewTasks(lab.home, 'few').length;
  file = join(folder, 'starter.gguf');
  const starter = join(repository, 'resources', 'models', 'starter');
  const write = [
    'import sys; from pathlib import Path; from gguf_support import write_qwen2',
    `write_qwen2(Path(sys.argv[1]), Path(sys.argv[2]), "f32")`,
  ].join('\n');
  const windows = process.platform === 'win32';
  const python = join(environments, 'torch-cpu', windows ? 'Scripts/python.exe' : 'bin/python');
  execFileSync(python, ['-c', write, starter, file], {
    env: { ...process.env, PYTHONPATH: join(repository, 'python', 'tests', 'worker') },
  });
}, 120_000);
afterAll(async () => {
  const queue = async () => queueSnapshotSchema.parse((await runJson(['queue'], lab)).value);
  await until(async () => (await queue()).scheduler === null, 'nobody schedules any more', 60);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}, 120_000);

const evaluate = async (subject: string, ...more: string[]) => {
  const { code, value } = await runJson(['eval', subject, '--bench', 'few', ...more], lab);
  expect(code).toBe(0);
  return evaluationSummarySchema.parse(value);
};
const refusal = (value: unknown) => labErrorValueSchema.parse((value as { error: unknown }).error);

describe('gguf:FILE', () => {
  it('is evaluated, and compared with the same model in PyTorch', async () => {
    const gguf = await evaluate(`gguf:${relative(process.cwd(), file)}`);
    expect(gguf).toMatchObject({ subject: 'gguf starter', samples: taskCount });
    expect(gguf.completionTokens).toBeGreaterThan(taskCount);
    const torch = await evaluate('starter');
    expect(torch.key).toBe(gguf.key);
    const { code, value } = await runJson(['compare', torch.id, gguf.id], lab);
    expect(code).toBe(0);
    const compared = comparisonSchema.parse(value);
    expect(compared).toMatchObject({ verdict: 'no detectable difference', tasks: taskCount });
  }, 180_000);

  it('can be an agent, and be asked one thing', async () => {
    const agent = await evaluate(`agent:gguf:${file}`, '--rounds', '2');
    expect(agent.subject).toBe('gguf starter · agent, 2 rounds');
    expect(agent.rounds?.length).toBeGreaterThan(0);
    const asked = await runJson(['smoke', `gguf:${file}`, '--prompt', 'Count to 3.'], lab);
    const smoke = smokeSchema.parse(asked.value);
    expect(smoke.answers[0]).toMatchObject({ label: 'gguf starter', kind: 'gguf', status: 'done' });
    expect(smoke.answers[0]?.findings?.promptTokens).toBeGreaterThan(5);
  }, 180_000);

  it('is refused beside another library, and without its environment', async () => {
    const words = ['smoke', `gguf:${file}`, 'starter', '--prompt', 'Count.'];
    const mixed = await runJson(words, lab);
    expect(mixed.code).toBe(3);
    expect(refusal(mixed.value).fix).toContain('two smoke tests');
    const empty = { ...lab, environments: join(folder, 'nothing') };
    const bare = await runJson(['eval', `gguf:${file}`, '--bench', 'few'], empty);
    expect(bare.code).toBe(1);
    expect(refusal(bare.value).fix).toContain('environments install llama-cpp');
  }, 60_000);

  it('that is none, or that llama.cpp does not know, is explained', async () => {
    const bad = await runLab(
      ['eval', `gguf:${join(repository, 'package.json')}`, '--bench', 'few'],
      lab,
    );
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('does not begin with the letters GGUF');
    const unknown = join(folder, 'unknown.gguf');
    writeFileSync(unknown, ggufFile({ architecture: 'nobody' }));
    const failed = await runLab(['eval', `gguf:${unknown}`, '--bench', 'few'], lab);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('does not know the architecture of unknown.gguf');
  }, 120_000);
});
