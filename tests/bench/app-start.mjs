/**
 * Start of the desktop app and of the command: `node tests/bench/app-start.mjs [ROUNDS]`.
 *
 * Counted from the creation of the process: the page is asked for, something is painted, the
 * presets can be clicked. The budget: usable within 1.0 s after the first time. Beside it, in turns, an
 * empty page in the same Electron, which is the least that any app takes on this machine. Needs a
 * build and a display (`xvfb-run -a node tests/bench/app-start.mjs`); the first round warms caches up
 * and does not count.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from '@playwright/test';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rounds = Number(process.argv[2] ?? 7);
const home = mkdtempSync(join(tmpdir(), 'lorabench-start-'));

const empty = join(home, 'empty');
mkdirSync(empty, { recursive: true });
writeFileSync(
  join(empty, 'main.js'),
  `const { app, BrowserWindow } = require('electron');
  app.setPath('userData', ${JSON.stringify(join(empty, 'window'))});
  app.whenReady().then(() => new BrowserWindow().loadFile('index.html'));`,
);
writeFileSync(join(empty, 'package.json'), '{"name": "empty", "main": "main.js"}');
writeFileSync(join(empty, 'index.html'), '<!doctype html><button>An empty page</button>');

const startLab = () =>
  startWindow(['.', '--home', home], 'button[aria-label="Train Starter"]:enabled');
const startEmpty = () => startWindow([empty], 'button');

async function startWindow(args, wanted) {
  const app = await _electron.launch({
    args,
    cwd: root,
    env: { ...process.env, ...(process.getuid?.() === 0 && { ELECTRON_DISABLE_SANDBOX: '1' }) },
  });
  const page = await app.firstWindow();
  // Taken in the page itself: waiting from outside would add the way there and back.
  const seen = await page.evaluate(
    (selector) =>
      new Promise((resolve) => {
        const look = () => {
          const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
          if (paint === undefined || document.querySelector(selector) === null)
            return requestAnimationFrame(look);
          const { timeOrigin } = performance;
          return resolve({ asked: timeOrigin, painted: timeOrigin + paint, usable: Date.now() });
        };
        look();
      }),
    wanted,
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

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const medianOf = (results, name) => Math.round(median(results.map((result) => result[name])));

/** Rounds of each in turns, so that what else the machine does falls on all alike. */
async function measure(sides) {
  const results = Object.fromEntries(Object.keys(sides).map((title) => [title, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [title, once] of Object.entries(sides)) {
      const result = await once();
      if (round >= 0) results[title].push(result);
    }
  }
  for (const [title, own] of Object.entries(results)) {
    const told = Object.keys(own[0]).map((name) => `${name} ${medianOf(own, name)} ms`);
    console.log(`${title}: ${told.join(', ')}`);
  }
  return results;
}

const load = loadavg()[0]?.toFixed(1);
console.log(`Median of ${rounds}; load of the machine before: ${load}`);
const windows = await measure({ window: startLab, 'empty window': startEmpty });
const usable = medianOf(windows.window, 'usable');
const ratio = usable / medianOf(windows['empty window'], 'painted');
console.log(`usable against an empty window painted: ${ratio.toFixed(2)}x`);
await measure({
  'lab presets list': () => runCommand('presets', 'list'),
  'lab runs list': () => runCommand('runs', 'list'),
});
rmSync(home, { recursive: true, force: true });
