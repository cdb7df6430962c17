/** The same window in a browser against `lab serve`, with the real worker and a short training. */
import { expect, test } from '@playwright/test';
import { addShortPreset } from '../integration/support/few-tasks';
import { createHome, onlyRun, stepsOnDisk, type TestHome, upTo } from './support/lab-home';
import { type Served, serveLab } from './support/server';
import { lastStepShown, train, verdict, waitForStep } from './support/window';

let home: TestHome;
let lab: Served;

test.beforeAll(async () => {
  home = createHome();
  addShortPreset(home.home, 24);
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

  await expect(verdict(page)).toBeVisible({ timeout: 4 * 60_000 });
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
