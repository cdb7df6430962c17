import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '@shared/benchmark';
import {
  comparisonSchema,
  comparisonTableSchema,
  evaluationSummarySchema,
  leaderboardSchema,
} from '@shared/evaluation';
import { runSummarySchema } from '@shared/run';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runJson, runLab } from '../support/command';
import { addFewTasks, addShortPreset } from '../support/few-tasks';

const folder = mkdtempSync(join(tmpdir(), 'lorabench-measuring-'));
const home = join(folder, 'home');
const settings = { home };
let tasks: readonly Task[] = [];

/** Stored answers: the first `wrong` tasks are answered with a program that prints nothing. */
function storedAnswers(wrong: number): string {
  const file = join(folder, `answers-${wrong}.jsonl`);
  const lines = tasks.map(({ id, reference }, index) =>
    JSON.stringify({
      taskId: id,
      sample: 0,
      text: index < wrong ? '```javascript\nlet nothing;\n```' : reference,
      finishReason: 'stop',
      promptTokens: 0,
      completionTokens: 0,
      seconds: 0,
    }),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

async function evaluate(subject: string, ...more: readonly string[]) {
  const { code, value } = await runJson(['eval', subject, '--bench', 'few', ...more], settings);
  expect(code).toBe(0);
  return evaluationSummarySchema.parse(value);
}

beforeAll(() => {
  mkdirSync(home);
  addShortPreset(home, 8);
  tasks = addFewTasks(home, 'few');
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('lab eval and lab compare', () => {
  it('judge the reference solutions, which pass, and stored answers, which do not all', async () => {
    const reference = await evaluate('reference');
    expect(reference.passAt1.value).toBe(1);
    expect(reference.rates.outputPass).toMatchObject({ passed: tasks.length, total: tasks.length });
    const replay = await evaluate(`replay:${storedAnswers(2)}`);
    expect(replay.tasks.filter(({ passed }) => passed === 0).map(({ id }) => id)).toEqual(
      tasks.slice(0, 2).map(({ id }) => id),
    );

    const { code, value } = await runJson(['compare', replay.id, reference.id], settings);
    expect(code).toBe(0);
    expect(comparisonSchema.parse(value)).toMatchObject({
      onlyA: [],
      onlyB: tasks.slice(0, 2).map(({ id }) => id),
      test: 'exact McNemar',
      pValue: 0.5,
      verdict: 'no detectable difference',
    });
    const { stdout } = await runLab(['compare', replay.id, reference.id], settings);
    expect(stdout).toContain('no detectable difference');
    expect(stdout).toContain('tasks like these would show it');

    const another = await evaluate('reference');
    const three = [replay.id, reference.id, another.id];
    const table = await runJson(['compare', ...three], settings);
    expect(table.code).toBe(0);
    expect(comparisonTableSchema.parse(table.value).subjects.map(({ id }) => id)).toEqual(three);
    expect((await runLab(['compare', ...three], settings)).stdout).toContain('tell them apart');

    const board = leaderboardSchema.parse((await runJson(['leaderboard', 'few'], settings)).value);
    expect(board.groups[0]?.entries.map(({ id, rank }) => [id, rank])).toEqual([
      [replay.id, { from: 1, to: 1 }],
      [another.id, null],
      [reference.id, null],
    ]);
    expect((await runLab(['leaderboard', 'few'], settings)).stdout).toContain('replay');
    expect((await runJson(['leaderboard', 'no-such'], settings)).code).toBe(2);
  });

  it('refuse to compare what differs in its conditions, unless forced', async () => {
    const once = await evaluate('reference');
    const twice = await evaluate('reference', '--repeats', '2');
    const refused = await runJson(['compare', once.id, twice.id], settings);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain('repeats');
    const forced = await runJson(['compare', once.id, twice.id, '--force'], settings);
    expect(forced.code).toBe(0);
    expect(comparisonSchema.parse(forced.value).forced).toBe(true);
  });

  it('bench check finds the task whose own solution is wrong', async () => {
    const broken = tasks[1]?.id ?? '';
    addFewTasks(home, 'broken', (task) =>
      task.id === broken ? { ...task, expectedOutput: 'something else' } : task,
    );
    expect((await runJson(['bench', 'check', 'few'], settings)).code).toBe(0);
    const { code, value } = await runJson(['bench', 'check', 'broken'], settings);
    expect(code).toBe(1);
    expect(value).toMatchObject({
      passed: tasks.length - 1,
      failures: [{ taskId: broken, failure: 'wrong_output' }],
    });
  });
});

describe('lab train, with the real worker', () => {
  it('trains, evaluates base and tuned model and compares them in one document', async () => {
    const { code, value, stderr } = await runJson(['train', 'short'], settings);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const { run, evaluations, comparison } = z
      .object({
        run: runSummarySchema,
        evaluations: z.array(evaluationSummarySchema),
        comparison: comparisonSchema,
      })
      .parse(value);
    expect(run).toMatchObject({ status: 'done', steps: 8, preset: 'short', nonfinite: false });
    expect(run.evaluations.map(({ role }) => role).sort()).toEqual(['base', 'tuned']);
    expect(evaluations).toHaveLength(2);
    expect(comparison).toMatchObject({ tasks: tasks.length, bLabel: run.name });
  }, 600_000);

  it('evaluates the base model once: a second run reuses it', async () => {
    const before = z.array(z.unknown()).parse((await runJson(['evaluations'], settings)).value);
    const { code } = await runJson(['train', 'short', '--set', 'schedule.maxSteps=2'], settings);
    expect(code).toBe(0);
    const after = z.array(z.unknown()).parse((await runJson(['evaluations'], settings)).value);
    expect(after.length - before.length).toBe(1);
  }, 600_000);
});

describe('lab train with a corpus of the user’s own', () => {
  it('lists each bad row with its line before it trains on the others', async () => {
    const good = (number: number) =>
      JSON.stringify({
        instruction: `Print ${number} in JavaScript.`,
        output: `console.log(${number});`,
      });
    const corpus = join(folder, 'own.jsonl');
    const rows = [
      good(1),
      '{"messages": [',
      good(2),
      '{"instruction": "Say nothing.", "output": ""}',
    ];
    writeFileSync(corpus, `${[...rows, good(3), good(4)].join('\n')}\n`);
    const set = ['--set', `corpus=${corpus}`, 'batch.effective=2', 'schedule.maxSteps=2'];
    const { code, value, stderr } = await runJson(
      ['train', 'starter', '--no-evaluate', ...set, 'monitoring.validationShare=0'],
      settings,
    );
    expect(code).toBe(0);
    const { run } = z.object({ run: runSummarySchema }).parse(value);
    expect(run).toMatchObject({ status: 'done', steps: 2, corpus });
    expect(stderr).toMatch(/2 of 6 rows/);
    expect(stderr).toMatch(/line 2: .*broken_json/);
    expect(stderr).toMatch(/line 4: .*empty_text/);
  });
});
