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

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, reducedMotion: 'reduce' });
    for (const place of places) {
      test(`${place.name} is accessible`, async ({ page }) => {
        await page.goto(`${await fixture.urlOf(place.scenario)}#${place.path}`);
        await expect(page.getByText(place.shows).first()).toBeVisible();
        await place.open?.(page);
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
          .analyze();
        const found = violations.flatMap(({ id, help, nodes }) =>
          nodes.map((node) => `${id}: ${help} (${node.target.join(' ')})`),
        );
        expect(found).toEqual([]);
      });
    }
  });
}
