/** The real desktop app under test. */
import { readFileSync } from 'node:fs';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { repository } from './lab-home';

export interface Desktop {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** From the start of the process to the first page that can be used, in milliseconds. */
  readonly startMilliseconds: number;
}

/** Starts `electron . --home HOME` and waits until the page answers. */
export async function openDesktop(
  home: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Desktop> {
  const begun = Date.now();
  const app = await _electron.launch({
    args: ['.', '--home', home],
    cwd: repository,
    timeout: 120_000,
    env: {
      ...(process.env as Record<string, string>),
      ...variables,
      // Chromium's own sandbox refuses to run as root, and only then it is off.
      ...(process.getuid?.() === 0 ? { ELECTRON_DISABLE_SANDBOX: '1' } : {}),
    },
  });
  const page = await app.firstWindow();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  const startMilliseconds = Date.now() - begun;
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 20, y: 20, width: 1440, height: 900 });
  });
  return { app, page, startMilliseconds };
}

/** Saves downloads to `file` without asking, as a user does with the dialog. */
export async function saveDownloadsTo(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ session }, path) => {
    session.defaultSession.once('will-download', (_event, item) => item.setSavePath(path));
  }, file);
}

/** The steps of a CSV table that the window exported. */
export function stepsOfTable(file: string): number[] {
  const [titles = '', ...rows] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const column = titles.split(',').findIndex((title) => title.replaceAll('"', '') === 'step');
  return rows.map((row) => Number(row.split(',')[column]));
}
