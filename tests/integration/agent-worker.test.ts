/** An agent loop over a local model: one real worker, which waits for the lab between the rounds. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLab, type Lab } from '@lab/lab';
import { placesIn } from '@lab/shell/places';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeFolder, until } from './support/bench-lab';
import { addFewTasks } from './support/few-tasks';

const places = placesIn(resolve(import.meta.dirname, '..', '..'), process.env);
const signal = new AbortController().signal;

let folder: string;
let lab: Lab;

const openLab = (): Promise<Lab> =>
  createLab({ home: join(folder, 'home'), places, shell: 'browser', schedule: true });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-agent-worker-'));
  mkdirSync(join(folder, 'home'));
  lab = await openLab();
});
afterEach(async () => {
  await lab.close();
  removeFolder(folder);
});

it('the model is loaded once for all rounds, also when the lab is closed and opened in between', async () => {
  const tasks = addFewTasks(lab.home, 'few');
  const { id } = await lab.evaluations.enqueue(
    { subject: 'agent:starter', benchmark: 'few', repeats: 2, rounds: 3, allowUnsandboxed: false },
    signal,
  );
  const file = (name: string) => join(lab.home, 'evaluations', id, name);
  const lines = (name: string) =>
    existsSync(file(name)) ? readFileSync(file(name), 'utf8').split('\n').filter(Boolean) : [];
  await until(() => lines('rounds.jsonl').length > 0, 'the first round is answered', 120);
  await lab.close();
  lab = await openLab();
  const item = async () => (await lab.evaluations.get({ id }, signal)).item;
  await until(async () => (await item()).summary !== null, 'the evaluation is over', 120);

  const { summary } = await item();
  expect(summary).toMatchObject({
    subject: 'base starter · agent, 3 rounds',
    samples: 2 * tasks.length,
  });
  const rounds = summary?.rounds ?? [];
  expect(rounds).toHaveLength(3);
  // At temperature 0 equal repeats are answered once, and judged as two.
  expect(rounds[0]).toMatchObject({ asked: tasks.length, passed: { total: 2 * tasks.length } });
  // The untrained starter writes little that runs, so there is something to mend.
  expect(rounds[1]?.asked).toBeGreaterThan(0);
  expect(lines('rounds.jsonl')).toHaveLength(rounds.reduce((sum, { asked }) => sum + asked, 0));
  expect(lines('asks-2.jsonl')).toHaveLength(rounds[1]?.asked ?? 0);
  expect(lines('asks-2.jsonl')[0]).toMatch(/This was your last program|held no program/);
  expect(lines('events.jsonl').filter((line) => line.includes('loading_model'))).toHaveLength(1);
  expect(lines('generations.jsonl')).toHaveLength(2 * tasks.length);
}, 300_000);
