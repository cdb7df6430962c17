/** What the tests do in the window, whichever shell shows it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { repository } from './lab-home';

export const train = (page: Page, title: string): Locator =>
  page.getByRole('button', { name: `Train ${title}`, exact: true });

export const curves = (page: Page): Locator =>
  page.getByRole('region', { name: /^Training curves/ });

export const verdict = (page: Page): Locator => page.getByRole('status', { name: 'Verdict' });

export const header = (page: Page, run: string | RegExp): Locator =>
  page.getByRole('region', { name: run }).first();

/** Last step that the curves show; 0 while there is none. */
export async function lastStepShown(page: Page): Promise<number> {
  const text = await curves(page).getAttribute('data-last-step');
  return Number(text ?? 0);
}

export async function waitForStep(page: Page, step: number, timeout = 5 * 60_000): Promise<void> {
  await expect.poll(() => lastStepShown(page), { timeout }).toBeGreaterThanOrEqual(step);
}

/** Waits until the run page says so; `word` is the state as the badge shows it. */
export async function waitForState(page: Page, word: string, timeout = 60_000): Promise<void> {
  await expect(page.getByRole('main').getByText(word, { exact: true }).first()).toBeVisible({
    timeout,
  });
}

export async function goTo(page: Page, place: 'Lab' | 'Runs' | 'Leaderboard' | 'Settings') {
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: place, exact: true })
    .click();
}

/** README's pictures when UPDATE_SCREENSHOTS=1, else beside the other results of the tests. */
export async function picture(page: Page, name: string): Promise<void> {
  const kept = process.env.UPDATE_SCREENSHOTS === '1';
  const folder = join(repository, ...(kept ? ['docs'] : ['test-results']), 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}
