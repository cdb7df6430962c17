/**
 * Start of the desktop app and of the command: `node tests/bench/app-start.mjs [ROUNDS]`.
 *
 * Counted from the creation of the process: the page is asked for, something is painted, the
 * presets can be clicked. The budget: usable within 1.0 s after the first time. Needs a build and a
 * display (`xvfb-run -a node tests/bench/app-start.mjs`); the first round warms caches up and does
 * not count.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from '@playwright/test';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rounds = Number(process.argv[2] ?? 7);
const home = mkdtempSync(join(tmpdir(), 'lorabench-start-'));

async function startWindow() {
  const app = await _electron.launch({
    args: ['.', '--home', home],
    cwd: root,
    env: { ...process.env, ...(process.getuid?.() === 0 && { ELECTRON_DISABLE_SANDBOX: '1' }) },
  });
  const page = await app.firstWindow();
  // Taken in the page itself: waiting from outside would add the way there and back.
  const seen = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const look = () => {
          const button = document.querySelector('button[aria-label="Train Starter"]:enabled');
          if (button === null) return requestAnimationFrame(look);
          const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
          const { timeOrigin } = performance;
          return resolve({ asked: timeOrigin, painted: timeOrigin + paint, usable: Date.now() });
        };
        look();
      }),
  );
  const created = await app.evaluate(
    ({ app: inside }) =>
      inside.getAppMetrics().find(({ type }) => type === 'Browser')?.creationTime ?? 0,
  );
  await app.close();
  return Object.fromEntries(Object.entries(seen).map(([name, time]) => [name, time - created]));
}

function runCommand(...words) {
  const begun = performance.now();
  const script = join(root, 'out', 'cli', 'lab.js');
  const child = spawn(process.execPath, [script, ...words, '--home', home], { stdio: 'ignore' });
  return new Promise((resolve) =>
    child.once('exit', () => resolve({ ended: performance.now() - begun })),
  );
}

async function measure(title, once) {
  await once();
  const results = [];
  for (let round = 0; round < rounds; round += 1) results.push(await once());
  const median = (name) => {
    const sorted = results.map((result) => result[name]).sort((a, b) => a - b);
    return `${name} ${Math.round(sorted[sorted.length >> 1])} ms`;
  };
  console.log(`${title}: ${Object.keys(results[0]).map(median).join(', ')}`);
}

const load = loadavg()[0]?.toFixed(1);
console.log(`Median of ${rounds}; load of the machine before: ${load}`);
await measure('window', startWindow);
await measure('lab presets list', () => runCommand('presets', 'list'));
await measure('lab runs list', () => runCommand('runs', 'list'));
rmSync(home, { recursive: true, force: true });
