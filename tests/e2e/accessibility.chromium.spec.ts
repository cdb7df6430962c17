/** The main pages in light and dark: nothing that axe finds against WCAG 2.1 A and AA. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { serveFixture, type WindowFixture } from './support/window-fixture';

let fixture: WindowFixture;
test.beforeAll(() => {
  fixture = serveFixture();
});
test.afterAll(() => fixture.close());

interface Place {
  readonly name: string;
  readonly scenario: string;
  readonly path: string;
  /** What must be on the screen before it is judged. */
  readonly shows: string | RegExp;
  readonly open?: (page: Page) => Promise<void>;
}

const places: readonly Place[] = [
  { name: 'the lab', scenario: 'gpu', path: '/', shows: 'Choose corpus' },
  { name: 'a busy lab', scenario: 'busy', path: '/', shows: 'Recent runs' },
  { name: 'the first start', scenario: 'first-start', path: '/', shows: 'What will be installed' },
  { name: 'the runs', scenario: 'busy', path: '/runs', shows: '7B v6' },
  { name: 'a run', scenario: 'busy', path: '/runs/run-3b-v7', shows: 'Heat and power' },
  { name: 'a failed run', scenario: 'busy', path: '/runs/run-7b-v6', shows: /Out of memory/ },
  { name: 'an evaluation', scenario: 'busy', path: '/evaluations/eval-tuned', shows: /pass/ },
  {
    name: 'an evaluation of an agent',
    scenario: 'compared',
    path: '/evaluations/of-agent',
    shows: 'Pass by round',
  },
  {
    name: 'a comparison of evaluations',
    scenario: 'compared',
    path: '/compare/evaluations/of-base,of-v5,of-v6,of-v7,of-step,of-small,of-gguf,of-agent',
    shows: 'Pass rates',
  },
  {
    name: 'a task of a comparison',
    scenario: 'compared',
    path: '/compare/evaluations/of-base,of-v6,of-v7/starter-002-limit',
    shows: "The task's own solution",
  },
  {
    name: 'a comparison that was insisted on',
    scenario: 'compared',
    path: '/compare/evaluations-anyway/of-v7,warm-v7',
    shows: 'Compared although the conditions differ.',
  },
  {
    name: 'a refused comparison',
    scenario: 'compared',
    path: '/compare/evaluations/of-v7,warm-v7',
    shows: 'Compare anyway',
  },
  {
    name: 'a leaderboard of two conditions',
    scenario: 'compared',
    path: '/leaderboard/starter',
    shows: 'temperature 0.3',
  },
  { name: 'the leaderboard', scenario: 'busy', path: '/leaderboard', shows: 'Starter 4' },
  { name: 'the settings', scenario: 'gpu', path: '/settings', shows: 'Base models' },
  { name: 'a preset', scenario: 'gpu', path: '/presets/14b-try', shows: 'What would make it fit' },
  {
    name: 'a preset with a field that cannot be read',
    scenario: 'gpu',
    path: '/presets/1.5b-v7',
    shows: 'together',
    open: async (page) => {
      await page.getByLabel('Rank').fill('9.5');
      await expect(page.getByText('A whole number from 1 to 1024.')).toBeVisible();
    },
  },
  {
    name: 'a preset as YAML',
    scenario: 'gpu',
    path: '/presets/3b-v7',
    shows: 'together',
    open: (page) => page.getByRole('button', { name: 'YAML' }).click(),
  },
  {
    name: 'the offer of a model',
    scenario: 'first-start',
    path: '/settings',
    shows: 'Base models',
    open: async (page) => {
      await page.getByRole('button', { name: 'Get Qwen/Qwen2.5-Coder-3B-Instruct' }).click();
      await expect(page.getByRole('dialog')).toContainText('disk free');
    },
  },
  {
    name: 'the evaluate dialog',
    scenario: 'busy',
    path: '/runs/run-starter-4',
    shows: 'Heat and power',
    open: async (page) => {
      await page.getByRole('button', { name: 'Evaluate…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Evaluate Starter 4' });
      await dialog.getByRole('checkbox', { name: 'standard' }).check();
      await dialog.getByRole('switch', { name: 'Agent loop' }).click();
      await dialog.getByLabel('Top-p').fill('2');
      await expect(dialog.getByText('A value cannot be used.')).toBeVisible();
    },
  },
  {
    name: 'the search for a run to evaluate',
    scenario: 'busy',
    path: '/',
    shows: 'Recent runs',
    open: async (page) => {
      await page.getByRole('button', { name: 'Evaluate…' }).click();
      await page.getByRole('combobox', { name: 'Run', exact: true }).fill('3b');
      await expect(page.getByRole('option').first()).toBeVisible();
    },
  },
  {
    name: 'the checkpoints and exports of a run',
    scenario: 'busy',
    path: '/runs/run-starter-3',
    shows: 'Heat and power',
    open: async (page) => {
      await page.getByRole('button', { name: 'Export merged…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
      await page.getByRole('tab', { name: /^Checkpoints/ }).click();
      await expect(page.getByRole('list', { name: 'Exports' })).toBeVisible();
    },
  },
  {
    name: 'a run that did not pass its smoke test',
    scenario: 'gpu',
    path: '/runs/run-3b-first',
    shows: 'Evaluate nevertheless',
  },
  {
    name: 'a new smoke test',
    scenario: 'busy',
    path: '/smoke/of/run-starter-4%40160',
    shows: 'Starter 4, step 160',
    open: async (page) => {
      await page.getByRole('button', { name: 'Another…' }).click();
      await page.getByLabel('Save as').fill('counts');
      await expect(page.getByText(/a saved smoke test of that name/)).toBeVisible();
    },
  },
  {
    name: 'an endpoint without its key, and the dialog to edit it',
    scenario: 'gpu',
    path: '/settings',
    shows: 'No endpoint yet.',
    open: async (page) => {
      const panel = page.getByRole('region', { name: 'Endpoints' });
      await panel.getByRole('button', { name: 'Add' }).click();
      const adding = page.getByRole('dialog', { name: 'Add an endpoint' });
      await adding.getByLabel('Name').fill('mine');
      await adding.getByLabel('Model').fill('tiny');
      await adding.getByLabel('Key').fill('secret');
      await adding.getByRole('button', { name: 'Add', exact: true }).click();
      await panel.getByRole('button', { name: 'Replace the key of mine' }).click();
      await page.getByRole('button', { name: 'Forget the key' }).click();
      await expect(panel.getByText(/Its key is missing/)).toBeVisible();
      await panel.getByRole('button', { name: 'Edit mine' }).click();
      await page.getByLabel('Address').fill('https://elsewhere.test/v1');
      await expect(page.getByText(/will be sent to/)).toBeVisible();
    },
  },
  { name: 'a failed job', scenario: 'gpu', path: '/jobs/job-broken', shows: /was interrupted/ },
  {
    name: 'the commands',
    scenario: 'gpu',
    path: '/',
    shows: 'Choose corpus',
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
    },
  },
];

test.use({ reducedMotion: 'reduce' });
for (const place of places) {
  test(`${place.name} is accessible, light and dark`, async ({ page }) => {
    await page.goto(`${await fixture.urlOf(place.scenario)}#${place.path}`);
    await expect(page.getByText(place.shows).first()).toBeVisible();
    await place.open?.(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
        .analyze();
      const found = violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id}: ${help} (${node.target.join(' ')})`),
      );
      expect(found, colorScheme).toEqual([]);
    }
  });
}
