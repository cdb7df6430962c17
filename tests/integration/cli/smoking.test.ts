import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluationSummarySchema } from '@shared/evaluation';
import { queueSnapshotSchema } from '@shared/job';
import { smokeCheckSchema, smokeSchema } from '@shared/smoke';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ChatServer, startChatServer } from '../../fixtures/endpoints/chat-server';
import { until } from '../support/bench-lab';
import { type CommandSettings, runJson, runLab, startLab } from '../support/command';
import { addFewTasks } from '../support/few-tasks';

let folder = '';
let lab: CommandSettings;
let server: ChatServer;
let answer: (prompt: string) => string;
const queue = async () => queueSnapshotSchema.parse((await runJson(['queue'], lab)).value);

beforeEach(async () => {
  answer = () => 'one two three';
  folder = mkdtempSync(join(tmpdir(), 'lorabench-cli-'));
  lab = { home: join(folder, 'home') };
  mkdirSync(lab.home);
  server = await startChatServer({ answer: (prompt) => answer(prompt), delayMilliseconds: 40 });
  const words = ['endpoints', 'add', 'mine', '--url', server.url, '--model', 'tiny'];
  expect((await runLab(words, lab)).code).toBe(0);
});
afterEach(async () => {
  await until(async () => (await queue()).scheduler === null, 'nobody schedules any more', 60);
  await server.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const ask = ['smoke', 'endpoint:mine', '--prompt', 'Count.'];

describe('lab smoke', () => {
  it('shows the text as it comes and then what there is to see', async () => {
    answer = () => Array.from({ length: 60 }, (_, at) => `word${at}`).join(' ');
    const running = startLab(ask, lab);
    await until(async () => running.stdout().includes('word5 '), 'the first words are there', 20);
    expect(running.stdout()).not.toContain('word59');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('Asking mine tiny');
    expect(stdout).toMatch(/^mine tiny\nword0 word1 .*word59\n\n/);
    expect(stdout).toMatch(/finish reason +stop/);
    expect(stdout).toMatch(/completion tokens +11/);
    expect(stdout).toMatch(/first token +[\d.]+ s/);
    expect(stdout).toMatch(/leaked turns +none/);
    expect(stdout).toMatch(/tool call +none/);
  }, 120_000);

  it('shows two subjects one after the other, with one table', async () => {
    const words = ['smoke', 'endpoint:mine', 'starter', '--prompt', 'Count.', '--temperature', '0'];
    const { code, stdout } = await runLab([...words, '--max-new-tokens', '8'], lab);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^mine tiny\none two three\n\nbase starter\n/);
    expect(stdout).toMatch(/\n +mine tiny +base starter\n/);
    expect(stdout).toMatch(/finish reason +stop +(length|stop)/);
  }, 120_000);

  it('ends with 3 when an answer is not as expected, by --expect or a saved test', async () => {
    const saving = [...ask, '--save', 'counts', '--expect', 'contains=two', 'minTokens=5'];
    expect(await runLab(saving, lab)).toMatchObject({ code: 0 });
    const saved = z.array(smokeCheckSchema).parse((await runJson(['smokes'], lab)).value);
    expect(saved).toMatchObject([{ name: 'counts', expect: { contains: ['two'], minTokens: 5 } }]);
    answer = () => 'one\nHuman: and then?';
    const checking = await runJson(['smoke', 'endpoint:mine', '--check', 'counts'], lab);
    expect(checking.code).toBe(3);
    const { met, answers } = smokeSchema.parse(checking.value);
    expect(met).toBe(false);
    expect(answers[0]?.expectations.map((one) => one.met)).toEqual([true, false, false]);
    const told = await runLab(['smoke', 'endpoint:mine', '--check', 'counts'], lab);
    expect(told.stdout).toContain('✓ mine tiny: at least 5 tokens');
    expect(told.stdout).toContain('✗ mine tiny: expected it contains "two", found "one');
    expect((await runLab(['smokes', 'remove', 'counts'], lab)).code).toBe(0);
  }, 120_000);

  it.each([
    [['smoke', 'endpoint:mine'], 'asks one thing'],
    [['smoke', 'endpoint:mine', '--bench', 'starter'], 'belong together'],
    [[...ask, '--expect', 'tokens=3'], 'Unrecognized key'],
    [[...ask, '--expect', 'maxTokens=few'], 'maxTokens'],
    [[...ask, '--top-k', 'many'], '--top-k needs a number'],
    [['smoke', 'nobody', '--prompt', 'x'], 'no subject'],
  ])('ends with 2 for wrong input: %s', async (words, said) => {
    const { code, value } = await runJson(words, lab);
    expect(code).toBe(2);
    expect(JSON.stringify(value)).toContain(said);
  });
});

describe('lab eval', () => {
  it('draws as it is told, and lets an agent mend its programs', async () => {
    const tasks = addFewTasks(lab.home, 'few');
    const right = new Map(tasks.map(({ prompt, reference }) => [prompt, reference]));
    answer = (prompt) => {
      const [task = ''] = prompt.split('\n\nThis was your last program');
      const code = prompt === task ? 'console.log(' : (right.get(task) ?? '');
      return `\`\`\`js\n${code}\n\`\`\``;
    };
    const drawn = ['--temperature', '0.3', '--top-k', '50', '--top-p', '0.95'];
    const penalty = ['--repetition-penalty', '1.2', '--repeat-last-n', '64'];
    const words = ['eval', 'agent:endpoint:mine', '--bench', 'few', '--rounds', '2'];
    const { code, value } = await runJson([...words, ...drawn, ...penalty], lab);
    expect(code).toBe(0);
    const summary = evaluationSummarySchema.parse(value);
    expect(summary.passAt1.value).toBe(1);
    expect(summary.rounds?.map(({ passed }) => passed.passed)).toEqual([0, tasks.length]);
    expect(server.asked[0]?.body).toMatchObject({
      ...{ temperature: 0.3, top_k: 50, top_p: 0.95, repeat_penalty: 1.2, repeat_last_n: 64 },
    });
    const { stdout } = await runLab(['evaluations', 'show', summary.id], lab);
    expect(stdout).toContain(`Round 2: ${tasks.length} answered, then 100.0 %`);
  }, 120_000);
});
