import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hasApt, installPackages } from './apt.mjs';
import { nodePackages } from './node-packages.mjs';
import { inRepository, repository } from './paths.mjs';
import { findProgram } from './programs.mjs';
import { runCommand } from './run-command.mjs';

const names = ['chromium', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The browser for the tests: LORABENCH_CHROMIUM, else one on the PATH, else Playwright's (null). */
export const installedChromium = () => process.env.LORABENCH_CHROMIUM || findProgram(names);

const caches = {
  darwin: join(homedir(), 'Library', 'Caches', 'ms-playwright'),
  win32: join(process.env.LOCALAPPDATA ?? homedir(), 'ms-playwright'),
};

function hasPlaywrightBrowser() {
  const folder =
    process.env.PLAYWRIGHT_BROWSERS_PATH ||
    (caches[process.platform] ?? join(homedir(), '.cache', 'ms-playwright'));
  return existsSync(folder) && readdirSync(folder).some((name) => /^chromium/.test(name));
}

/** Debian packages Chromium; elsewhere Playwright downloads its own. */
export const testBrowser = {
  name: 'Browser for the tests',
  lane: 'system',
  after: [nodePackages],
  isDone: () => installedChromium() !== null || hasPlaywrightBrowser(),
  async run(progress) {
    if (hasApt() && process.getuid?.() === 0) {
      await installPackages([['chromium']], progress);
      if (installedChromium()) return 'chromium';
    }
    const script = inRepository('node_modules', '@playwright', 'test', 'cli.js');
    await runCommand(process.execPath, [script, 'install', 'chromium'], {
      cwd: repository,
      onLine: progress.line,
    });
    return 'Chromium of Playwright';
  },
};
