/** Stop, resume, rename, duplicate, delete, and the card of a failure; the fixture is the worker. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { FixturePlan } from '../integration/support/bench-lab';
import { plannedEnvironments } from '../integration/support/command';
import { createHome, stepsOnDisk, type TestHome, upTo } from './support/lab-home';
import { type Served, serveLab } from './support/server';
import { goTo, train, waitForState, waitForStep } from './support/window';

const withoutEvaluations = [
  'schemaVersion: 1',
  'name: plain',
  'title: Plain',
  'model: starter',
  'corpus: starter',
  '',
].join('\n');

let home: TestHome;
let lab: Served;

async function open(plan: FixturePlan): Promise<void> {
  writeFileSync(join(home.home, 'presets', 'plain.yaml'), withoutEvaluations);
  const environments = plannedEnvironments(join(home.folder, 'environments'), plan);
  lab = await serveLab({ home: home.home, environments });
}

test.beforeEach(() => {
  home = createHome();
});
test.afterEach(async () => {
  await lab.stop();
  home.remove();
});

test('a run is stopped with a checkpoint, resumed, renamed, and deleted', async ({ page }) => {
  const goOn = join(home.folder, 'go on');
  await open({ steps: 120, delay: 10, holds: [{ at: 40, until: goOn }] });
  await page.goto(lab.url);
  await train(page, 'Plain').click();
  await waitForStep(page, 12);
  const id = /runs\/([a-z0-9]+)/.exec(page.url())?.[1] ?? '';

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await waitForState(page, 'stopped');
  const stopped = stepsOnDisk(home.home, id).length;
  expect(stopped).toBeLessThan(120);

  writeFileSync(goOn, '');
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await waitForStep(page, 120);
  await waitForState(page, 'done');
  const last = stepsOnDisk(home.home, id).at(-1);
  expect(last).toBe(upTo(120).at(-1));

  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Kept for the paper');
  await dialog.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kept for the paper');

  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page
    .getByRole('alertdialog')
    .or(page.getByRole('dialog'))
    .getByRole('button', { name: 'Delete', exact: true })
    .click();
  await expect(page).toHaveURL(/#\/runs$/);
  await expect(page.getByRole('main')).toContainText('No run');
});

test('a crashed worker leaves a card with the reason, the log and a way to go on', async ({
  page,
}) => {
  await open({ steps: 120, delay: 20, mode: 'crash' });
  await page.goto(lab.url);
  await train(page, 'Plain').click();
  await waitForState(page, 'failed');
  const main = page.getByRole('main');
  await expect(main).toContainText('exit code 7');
  await expect(main).toContainText('RuntimeError: the fixture crashes here');
  await expect(main.getByRole('button', { name: /Retry|Resume/ }).first()).toBeEnabled();
  await goTo(page, 'Lab');
  await expect(page.getByRole('main')).toContainText('failed');
});
