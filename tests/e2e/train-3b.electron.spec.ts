/**
 * "Train 3B v7" on a machine with a 16 GB Radeon RX 7900 GRE, from the click to the evaluations. The
 * machine is a recording and the model a stand-in under the 3B's name; the preset, the fit, the
 * worker, the telemetry and the judge are the real ones.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { openDesktop } from './support/desktop';
import { createHome, onlyRun, stepsOnDisk, type TestHome, upTo } from './support/lab-home';
import {
  addCorpus,
  addShortPreset,
  addStandInModel,
  modelName,
  radeon,
} from './support/three-billion';
import {
  curves,
  goTo,
  lastStepShown,
  picture,
  train,
  verdict,
  waitForStep,
} from './support/window';

const minute = 60_000;
const maxSteps = 14;
let home: TestHome;
let variables: Record<string, string>;

test.beforeAll(() => {
  home = createHome();
  variables = { LORABENCH_MACHINE: radeon, HF_HUB_CACHE: join(home.folder, 'hub') };
});
test.afterAll(() => home.remove());

const card = (page: Page) => page.getByRole('article', { name: '3B v7' });
const evaluations = (page: Page) => page.getByRole('region', { name: 'Evaluations' });
const pane = (page: Page, title: string) =>
  curves(page).getByRole('img', { name: new RegExp(`^${title}: `) });

function written<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(home.home, ...path), 'utf8')) as T;
}

test('what is missing is told before it is there, with whether the real 3B fits', async () => {
  test.setTimeout(3 * minute);
  const { app, page } = await openDesktop(home.home, variables);
  await expect(page.getByRole('heading', { name: /RX 7900 GRE/ }).first()).toBeVisible();
  // The shape that ships says how much the 3B in bf16 needs, before a byte of it is downloaded.
  await expect(card(page)).toContainText(/(fits|tight): \d+(\.\d)? of 16 GB/);
  const [, needed] = /: (\d+(?:\.\d)?) of 16 GB/.exec((await card(page).textContent()) ?? '') ?? [];
  // Its weights alone take 6.2 GB.
  expect(Number(needed)).toBeGreaterThan(6.2);
  await expect(train(page, '3B v7')).toHaveCount(0);
  await expect(card(page)).toContainText('v7');
  await expect(card(page)).toContainText(modelName);
  await app.close();
});

test('one click trains 3B v7 on the Radeon and its evaluations follow', async () => {
  test.setTimeout(15 * minute);
  addStandInModel(variables.HF_HUB_CACHE ?? '');
  addCorpus(home.home, 400);
  addShortPreset(home.home, maxSteps);
  const { app, page } = await openDesktop(home.home, variables);

  // The machine and the fit.
  await expect(page.getByRole('heading', { name: /RX 7900 GRE/ }).first()).toBeVisible();
  await expect(card(page)).toContainText(/fits: \d+(\.\d+)? of 16 GB/);
  await expect(card(page)).toContainText('bf16 · r16 a32 · 3 epochs');
  await expect(card(page)).toContainText('then evaluates: few');
  await picture(page, 'lab-radeon');

  await train(page, '3B v7').click();

  // The curve grows.
  await waitForStep(page, 2);
  const grown = await lastStepShown(page);
  await waitForStep(page, Math.min(grown + 3, maxSteps));
  const runId = onlyRun(home.home);
  expect(page.url()).toContain(runId);

  // What the card does meanwhile, under the curves.
  await expect(pane(page, 'Device load')).toHaveAttribute(
    'aria-label',
    /memory used [\d.]+\s[GM]iB/,
  );
  await expect(pane(page, 'Device load')).toHaveAttribute('aria-label', /busy [\d.]+\s%/);
  await expect(pane(page, 'Heat and power')).toHaveAttribute(
    'aria-label',
    /temperature [\d.]+\s°C/,
  );
  await picture(page, 'run-radeon');

  // The evaluations wait in the queue while it trains, or have begun by now.
  await expect(evaluations(page).getByRole('link', { name: /tuned/ })).toBeVisible();
  await goTo(page, 'Lab');
  await expect(page.getByText(/^Evaluate .*few/).first()).toBeVisible();
  await goTo(page, 'Runs');
  await page.getByRole('link', { name: '3b 1' }).first().click();

  await expect(verdict(page)).toBeVisible({ timeout: 10 * minute });
  await expect(verdict(page)).toContainText(/better|worse|no detectable difference/);

  // What was done is what the preset says, for that card.
  const spec = written<{
    model: { source: string };
    device: object;
    corpus: { version: string };
    batch: { effective: number; micro: number; accumulation: number };
  }>('runs', runId, 'spec.json');
  expect(spec).toMatchObject({
    preset: '3b',
    backend: 'torch',
    precision: 'bfloat16',
    attention: 'sdpa',
    quantization: { kind: 'none' },
    adapter: { rank: 16, alpha: 32 },
    device: { kind: 'rocm', architecture: 'gfx1100', recorded: true },
    corpus: { version: 'v7' },
    adjustments: [],
  });
  expect(spec.model.source).toContain(modelName);
  expect(spec.batch.micro * spec.batch.accumulation).toBe(16);
  expect(stepsOnDisk(home.home, runId)).toEqual(upTo(maxSteps));
  const environment = written<{ device: string }>('runs', runId, 'environment.json');
  expect(environment.device).toMatch(/RX 7900 GRE \(a recording; computed on the CPU\)/);

  // Base and tuned model were evaluated, every task of both.
  const ids = readdirSync(join(home.home, 'evaluations'));
  expect(ids).toHaveLength(2);
  for (const id of ids) {
    const summary = written<{ benchmark: string; samples: number }>(
      'evaluations',
      id,
      'summary.json',
    );
    expect(summary).toMatchObject({ benchmark: 'few', samples: 8 });
  }
  await app.close();
});
