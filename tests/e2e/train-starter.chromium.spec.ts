/** The same window in a browser against `lab serve`, with the real worker and a short training. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Task } from '@shared/benchmark';
import { addFewTasks, addShortPreset } from '../integration/support/few-tasks';
import { createHome, onlyRun, stepsOnDisk, type TestHome, upTo } from './support/lab-home';
import { type Served, serveLab } from './support/server';
import { lastStepShown, train, verdict, waitForState, waitForStep } from './support/window';

let home: TestHome;
let lab: Served;
let fewTasks: readonly Task[];

test.beforeAll(async () => {
  home = createHome();
  addShortPreset(home.home, 24);
  fewTasks = addFewTasks(home.home, 'again');
  lab = await serveLab({ home: home.home });
});
test.afterAll(async () => {
  await lab.stop();
  home.remove();
});

test('one click trains, evaluates and ends in a verdict', async ({ page }) => {
  await page.goto(lab.url);
  // The token leaves the address bar, so that nobody reads it over a shoulder or in the history.
  await expect(page).toHaveURL(new RegExp(`^http://127\\.0\\.0\\.1:${lab.port}/(#.*)?$`));
  await train(page, 'Short').click();
  await waitForStep(page, 5);
  await page.reload();
  await waitForStep(page, 24);
  const runId = onlyRun(home.home);
  expect(stepsOnDisk(home.home, runId)).toEqual(upTo(24));
  expect(await lastStepShown(page)).toBe(24);

  await expect(verdict(page)).toBeVisible({ timeout: 8 * 60_000 });
  await page
    .getByRole('region', { name: 'Evaluations' })
    .getByRole('link', { name: /tuned/ })
    .click();
  await page
    .getByRole('button', { name: /: short 1 .*, base/ })
    .first()
    .click();
  await expect(
    page.getByRole('dialog').getByRole('list', { name: 'Stages' }).first(),
  ).toBeVisible();
});

test('the reference is evaluated from the command palette', async ({ page }) => {
  await page.goto(lab.url);
  await expect(train(page, 'Short')).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search commands' }).fill('evaluate…');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Evaluate' });
  await dialog.getByRole('button', { name: 'Reference' }).click();
  await dialog.getByRole('checkbox', { name: 'few', exact: true }).check();
  await dialog.getByLabel('Top-p').fill('1.5');
  const submit = dialog.getByRole('button', { name: 'Evaluate', exact: true });
  await expect(submit).toBeDisabled();
  await dialog.getByLabel('Top-p').fill('');
  await submit.click();
  await expect(page).toHaveURL(/#\/evaluations\/[a-z0-9]+$/);
  await waitForState(page, 'done');
  const rates = page.getByRole('region', { name: 'Rates' });
  await expect(rates).toContainText(`${fewTasks.length} of ${fewTasks.length}`);
});

test('stored answers are judged on two benchmarks at once, after a file that is not there', async ({
  page,
}) => {
  const file = join(home.folder, 'answers.jsonl');
  const lines = fewTasks.map(({ id, reference }, index) =>
    JSON.stringify({ taskId: id, text: index === 0 ? 'console.log(' : reference }),
  );
  await page.goto(`${lab.url}#/leaderboard`);
  await page.getByRole('main').getByRole('button', { name: 'Evaluate…' }).first().click();
  const dialog = page.getByRole('dialog', { name: /^Evaluate/ });
  await dialog.getByRole('button', { name: 'Replay' }).click();
  await dialog.getByLabel('File').fill(file);
  for (const name of ['few', 'again']) {
    await dialog.getByRole('checkbox', { name, exact: true }).check();
  }
  const submit = dialog.getByRole('button', { name: 'Evaluate on 2 benchmarks' });
  await submit.click();
  await expect(dialog.getByRole('alert')).toContainText(`There is no file ${file}.`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  await submit.click();
  const queued = dialog.getByRole('list', { name: 'Queued evaluations' });
  await expect(queued.getByRole('link')).toHaveCount(2);
  await expect(queued.getByText('done').last()).toBeVisible({ timeout: 60_000 });
  await queued.getByRole('link').last().click();
  await waitForState(page, 'done');
  const rates = page.getByRole('region', { name: 'Rates' });
  await expect(rates).toContainText(`${fewTasks.length - 1} of ${fewTasks.length}`);
});

test('without the token, or with a wrong one, nothing is shown', async ({ browser }) => {
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  for (const address of ['/', '/?token=wrong', '/#/runs']) {
    const response = await page.goto(`http://127.0.0.1:${lab.port}${address}`);
    expect(response?.status()).toBe(401);
    await expect(page.locator('body')).toContainText('token');
  }
  await stranger.close();
});

test('a page of another origin cannot reach the lab, though the browser has the cookie', async ({
  page,
}) => {
  await page.goto(lab.url);
  await expect(train(page, 'Short')).toBeVisible();
  await page.route('http://evil.test/', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<h1>evil</h1>' }),
  );
  await page.goto('http://evil.test/');
  const reached = await page.evaluate(async (port) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`);
    const opened = await new Promise<boolean>((done) => {
      socket.onopen = () => done(true);
      socket.onerror = () => done(false);
    });
    const answered = await fetch(`http://127.0.0.1:${port}/api/queue/pause`, {
      method: 'POST',
      credentials: 'include',
    }).then(
      (response) => response.ok,
      () => false,
    );
    return { opened, answered };
  }, lab.port);
  expect(reached).toEqual({ opened: false, answered: false });
});
