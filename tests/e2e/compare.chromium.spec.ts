/** Evaluations that the real lab judged, from the leaderboard to the answers side by side. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { Task } from '@shared/benchmark';
import { evaluationSummarySchema } from '@shared/evaluation';
import { runJson } from '../integration/support/command';
import { addFewTasks } from '../integration/support/few-tasks';
import { createHome, type TestHome } from './support/lab-home';
import { type Served, serveLab } from './support/server';
import { goTo, picture } from './support/window';

const broken = 'console.log("never");\n}';
const silent = 'let nothing;';
const extra = (task: Task): string => `${task.reference}\nconsole.log('and more');`;

let home: TestHome;
let lab: Served;
let tasks: readonly Task[] = [];
const ids: Record<string, string> = {};

/** Judges stored answers as a subject; `answer` gives the program for a task, the own solution else. */
async function judge(
  name: string,
  answer: (task: Task, index: number) => string | null,
  ...more: readonly string[]
): Promise<void> {
  const file = join(home.folder, `${name}.jsonl`);
  const lines = tasks.flatMap((task, index) => {
    const text = answer(task, index) ?? task.reference;
    const told = { finishReason: 'stop', promptTokens: 9, completionTokens: 9, seconds: 0 };
    return [0, 1].map((sample) => JSON.stringify({ taskId: task.id, sample, text, ...told }));
  });
  writeFileSync(file, `${lines.join('\n')}\n`);
  const words = ['eval', `replay:${file}`, '--bench', 'few', ...more];
  const { value } = await runJson(words, { home: home.home });
  ids[name] = evaluationSummarySchema.parse(value).id;
}

test.beforeAll(async () => {
  home = createHome();
  tasks = addFewTasks(home.home, 'few');
  await judge(
    'weak',
    (task, index) => [broken, silent, extra(task), silent, broken, broken, null][index % 7] ?? null,
  );
  await judge('middling', (task, index) => (index % 4 === 0 ? extra(task) : null));
  await judge('strong', () => null);
  await judge('twice', () => null, '--repeats', '2');
  lab = await serveLab({ home: home.home });
});
test.afterAll(async () => {
  await lab.stop();
  home.remove();
});

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) }).first();
const squares = (page: Page) => page.getByRole('region', { name: 'Tasks' }).locator('li > button');

async function choose(page: Page, ...names: readonly string[]): Promise<void> {
  await page.goto(lab.url);
  await goTo(page, 'Leaderboard');
  for (const name of names) await row(page, name).getByRole('checkbox').check();
  await page.getByRole('button', { name: `Compare ${names.length}` }).click();
}

test('the leaderboard ranks within equal conditions and leads to a comparison', async ({
  page,
}) => {
  await page.goto(lab.url);
  await goTo(page, 'Leaderboard');
  const groups = page.getByRole('heading', { level: 2 });
  await expect(groups).toHaveCount(2);
  await expect(groups.first()).toContainText('greedy');
  await expect(groups.last()).toHaveText('2 samples a task');
  await expect(row(page, 'strong')).toContainText('highest rate');
  await expect(row(page, 'middling')).toContainText('may be as good');
  await picture(page, 'leaderboard-groups');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  expect((await saved).suggestedFilename()).toBe('leaderboard-few.csv');

  await choose(page, 'strong', 'middling', 'weak');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Compare 3 evaluations');
  await expect(page.getByRole('link', { name: 'Leaderboard' })).toHaveAttribute(
    'aria-current',
    'page',
  );
  const close = page.getByRole('article', { name: /^Verdict on .*middling/ });
  await expect(close).toContainText('no detectable difference');
  await expect(close).toContainText('tasks like these would show it');
  await expect(squares(page)).toHaveCount(tasks.length);
  await picture(page, 'comparison');
});

test('tasks that differ are gone through by keyboard, with code and output', async ({ page }) => {
  await choose(page, 'strong', 'middling', 'weak');
  await page.getByRole('button', { name: /Only tasks that differ/ }).click();
  const differing = await squares(page).count();
  expect(differing).toBeGreaterThan(2);
  expect(differing).toBeLessThan(tasks.length);

  await squares(page).first().focus();
  await page.keyboard.press('End');
  await expect(squares(page).last()).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByRole('list', { name: 'Stages' })).toHaveCount(3);
  await expect(sheet).toContainText(`1 of ${differing}`);

  // The one that prints too much shows the line that is too much.
  const tooMuch = tasks.find((_, index) => index % 7 === 2)?.id ?? '';
  for (let step = 0; step < differing; step += 1) {
    if ((await sheet.getByRole('heading', { name: tooMuch }).count()) > 0) break;
    await page.keyboard.press('n');
  }
  await expect(sheet.getByRole('heading', { name: tooMuch })).toBeVisible();
  const weak = sheet.getByRole('region', { name: /weak/ });
  await expect(weak).toContainText('wrong output');
  await expect(weak.locator('pre', { hasText: '+and more' })).toBeVisible();
  await picture(page, 'comparison-task');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});

test('another one becomes what the others are measured against', async ({ page }) => {
  await choose(page, 'strong', 'weak');
  const verdict = page.getByRole('status', { name: 'Verdict' });
  await expect(verdict).toContainText(/weak.* passes .* strong.*: worse/);
  await page.getByRole('button', { name: /^Measure against .*weak/ }).click();
  await expect(verdict).toContainText(/strong.* passes .* weak.*: better/);
  await page.reload();
  await expect(verdict).toContainText(/better/);
});

test('unequal conditions are refused, and marked when insisted on', async ({ page }) => {
  await choose(page, 'strong', 'twice');
  const card = page.getByRole('alert');
  await expect(card).toContainText('sampling.repeats');
  await card.getByRole('button', { name: 'Compare anyway' }).click();
  const mark = page.getByRole('region', { name: 'Compared anyway' });
  await expect(mark).toContainText('sampling.repeats');
  await expect(squares(page)).toHaveCount(tasks.length);
  await page.reload();
  await expect(mark).toBeVisible();
});

test('an evaluation leads to the comparison with its rival', async ({ page }) => {
  await page.goto(`${lab.url.replace(/#.*/, '')}#/evaluations/${ids.middling}`);
  await page.getByRole('combobox', { name: 'Compared with' }).click();
  await page.getByRole('option', { name: /strong/ }).click();
  await expect(page.getByRole('status', { name: 'Verdict' })).toContainText(
    'tasks like these would show it',
  );
  await page.getByRole('link', { name: 'Compare task by task' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Compare 2 evaluations');
});
