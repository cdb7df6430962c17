/**
 * The main job in the real desktop app: train the starter, close the app in the middle, open it
 * again, and read the verdict. Nothing is faked; it takes as long as it takes a user.
 */
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { openDesktop, saveDownloadsTo, stepsOfTable } from './support/desktop';
import { createHome, onlyRun, stepsOnDisk, type TestHome, upTo } from './support/lab-home';
import {
  curves,
  goTo,
  lastStepShown,
  picture,
  train,
  verdict,
  waitForStep,
} from './support/window';

const minute = 60_000;
let home: TestHome;

test.beforeAll(() => {
  home = createHome();
});
test.afterAll(() => home.remove());

test('one click trains the starter, survives closing the app, and ends in a verdict', async () => {
  test.setTimeout(15 * minute);
  let desktop = await openDesktop(home.home);
  await expect(train(desktop.page, 'Starter')).toBeEnabled();
  test.info().annotations.push({ type: 'start', description: `${desktop.startMilliseconds} ms` });
  await picture(desktop.page, 'first-start');
  await train(desktop.page, 'Starter').click();

  await waitForStep(desktop.page, 15);
  const grown = await lastStepShown(desktop.page);
  await waitForStep(desktop.page, grown + 10);
  const runId = onlyRun(home.home);
  expect(desktop.page.url()).toContain(runId);
  // The computer does not fall asleep while a job runs.
  const awake = () =>
    desktop.app.evaluate(({ powerSaveBlocker }) =>
      Array.from({ length: 9 }, (_, id) => powerSaveBlocker.isStarted(id)).some(Boolean),
    );
  expect(await awake()).toBe(true);
  const closing = Date.now();
  await desktop.app.close();
  // Nothing that goes on keeps the app, or whoever started it, waiting.
  expect(Date.now() - closing).toBeLessThan(30_000);

  const atClosing = stepsOnDisk(home.home, runId).length;
  await expect
    .poll(() => stepsOnDisk(home.home, runId).length, { timeout: 3 * minute })
    .toBeGreaterThan(atClosing + 10);

  desktop = await openDesktop(home.home);
  const { page } = desktop;
  await page.getByRole('link', { name: 'Open starter 1' }).first().waitFor();
  await picture(page, 'lab-while-training');
  await page.getByRole('link', { name: 'Open starter 1' }).first().click();
  await waitForStep(page, atClosing + 10);
  await page.waitForTimeout(1500);
  await picture(page, 'run-while-training');

  // The evaluations start by themselves and the verdict appears on the run's page.
  await expect(verdict(page)).toBeVisible({ timeout: 10 * minute });
  await expect(verdict(page)).toContainText('better');
  await expect.poll(awake).toBe(false);
  await picture(page, 'run-finished');

  // No hole: neither in the file nor in what the window shows of it.
  const steps = stepsOnDisk(home.home, runId);
  expect(steps).toEqual(upTo(steps.length));
  expect(await lastStepShown(page)).toBe(steps.length);
  const table = join(home.folder, 'curves.csv');
  await saveDownloadsTo(desktop.app, table);
  await page.getByRole('button', { name: 'Export curves' }).click();
  await page.getByRole('menuitem', { name: 'Table (CSV)' }).click();
  await expect.poll(() => stepsOfTableOrNone(table)).toEqual(steps);
  await expect(curves(page)).toBeVisible();

  // The tuned model's evaluation: every task can be opened.
  await page
    .getByRole('region', { name: 'Evaluations' })
    .getByRole('link', { name: /tuned/ })
    .click();
  await expect(verdict(page)).toContainText('better');
  await picture(page, 'evaluation');
  await page
    .getByRole('button', { name: /: starter 1 passed, base/ })
    .first()
    .click();
  const task = page.getByRole('dialog');
  await expect(task.getByRole('region', { name: 'Prompt' })).not.toBeEmpty();
  const stages = task.getByRole('list', { name: 'Stages' }).first();
  for (const stage of ['extract', 'syntax', 'run', 'output']) {
    await expect(stages.getByRole('listitem').filter({ hasText: stage })).toBeVisible();
  }
  await expect(task.locator('code, pre').first()).not.toBeEmpty();
  await page.waitForTimeout(500);
  await picture(page, 'task');
  await page.keyboard.press('Escape');

  await page.emulateMedia({ colorScheme: 'dark' });
  await goTo(page, 'Runs');
  await page.getByRole('link', { name: 'starter 1' }).first().click();
  await expect(verdict(page)).toBeVisible();
  await page.waitForTimeout(800);
  await picture(page, 'run-finished-dark');
  await goTo(page, 'Lab');
  await page.waitForTimeout(800);
  await picture(page, 'lab-dark');
  await desktop.app.close();
});

function stepsOfTableOrNone(file: string): number[] {
  try {
    return stepsOfTable(file);
  } catch {
    return [];
  }
}
