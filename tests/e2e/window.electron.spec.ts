/** The desktop shell itself: what the window may do, and one app a lab home. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect, test } from '@playwright/test';
import { type Desktop, openDesktop } from './support/desktop';
import { createHome, repository, type TestHome } from './support/lab-home';

let home: TestHome;
let desktop: Desktop;

test.beforeAll(async () => {
  home = createHome();
  desktop = await openDesktop(home.home);
});
test.afterAll(async () => {
  await desktop.app.close();
  home.remove();
});

test('the page has no Node, an isolated bridge of two values, and no way out', async () => {
  const { page } = desktop;
  const seen = await page.evaluate(() => ({
    require: typeof Reflect.get(window, 'require'),
    process: typeof Reflect.get(window, 'process'),
    bridge: Reflect.get(window, 'lorabench') as unknown,
  }));
  expect(seen).toEqual({
    require: 'undefined',
    process: 'undefined',
    bridge: { desktop: true, platform: process.platform },
  });
  const before = page.url();
  const opened = await page.evaluate(() => window.open('https://example.invalid/') === null);
  expect(opened).toBe(true);
  await page.evaluate(() => {
    window.location.href = 'file:///etc/passwd';
  });
  await page.waitForTimeout(300);
  expect(page.url()).toBe(before);
  expect(desktop.app.windows()).toHaveLength(1);
});

test('the policy stops inline script and every remote origin', async () => {
  const { page } = desktop;
  const outcome = await page.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      violations.push(event.effectiveDirective),
    );
    const script = document.createElement('script');
    script.textContent = 'window.injected = true;';
    document.head.append(script);
    const answered = await fetch('https://example.invalid/').then(
      () => true,
      () => false,
    );
    await new Promise((wake) => setTimeout(wake, 100));
    return { injected: Reflect.get(window, 'injected') === true, answered, violations };
  });
  expect(outcome).toMatchObject({ injected: false, answered: false });
  expect(outcome.violations).toEqual(expect.arrayContaining(['script-src-elem', 'connect-src']));
});

test('permissions are refused', async () => {
  const answer = await desktop.page.evaluate(() =>
    Notification.requestPermission().catch(() => 'denied'),
  );
  expect(answer).toBe('denied');
});

test('a second app on the same home gives way to the first', async () => {
  const electron = createRequire(import.meta.url)('electron') as unknown as string;
  const second = spawn(electron, [repository, '--home', home.home], {
    stdio: 'ignore',
    env: {
      ...process.env,
      ...(process.getuid?.() === 0 ? { ELECTRON_DISABLE_SANDBOX: '1' } : {}),
    },
  });
  const code = await new Promise((done) => second.once('exit', done));
  expect(code).toBe(0);
  expect(desktop.app.windows()).toHaveLength(1);
});

test('a page that dies is replaced by one that says so and opens the window again', async () => {
  const { app } = desktop;
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
  });
  const shows = () =>
    app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      return contents?.isLoading() === false ? contents.getURL() : '';
    });
  const inPage = (code: string): Promise<unknown> =>
    app.evaluate(
      ({ BrowserWindow }, source) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(source),
      code,
    );
  await expect.poll(shows).toContain('lorabench://app/problem');
  expect(await inPage('document.querySelector("h1").textContent')).toBe(
    'The window stopped working.',
  );
  await inPage('document.querySelector("a").click()');
  await expect.poll(shows).not.toContain('problem');
  await expect.poll(() => inPage('document.querySelector("nav") !== null')).toBe(true);
});
