/**
 * Opening a long run, and listing a long history: `node tests/bench/history.mjs [STEPS] [RUNS]`.
 *
 * Each of the lab's answers is timed against the plain way of getting it, in the same run: parsing
 * the whole event file for every look, and parsing every run's stored progress for the list. Prints
 * milliseconds and the ratio. Budgets: 300 ms to a run's first curve, 50 ms for 10,000 runs.
 */
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { aliases } from '../../scripts/set-up/paths.mjs';

const steps = Number(process.argv[2] ?? 1_000_000);
const runs = Number(process.argv[3] ?? 10_000);
const server = await createServer({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  configFile: false,
  resolve: { alias: aliases },
  server: { middlewareMode: true, watch: null },
  appType: 'custom',
  logLevel: 'error',
});
const load = (path) => server.ssrLoadModule(`/src/lab/${path}.ts`);
const { LabHome } = await load('store/home');
const { Store } = await load('store/store');
const { newId } = await load('store/ids');
const { Histories } = await load('runs/history/histories');
const { saveHistory } = await load('runs/history/history-file');
const { metricWindow } = await load('runs/history/metric-window');
const { RunList } = await load('runs/run-list');
const { ChangeBus } = await load('store/changes');
const { runRow, saveProgress } = await load('runs/run-rows');

const folder = await mkdtemp(join(tmpdir(), 'lorabench-bench-'));
const home = new LabHome(folder);
const rows = [];
const row = (what, milliseconds) => rows.push([what, milliseconds]);
async function timed(work) {
  const began = performance.now();
  const result = await work();
  return [performance.now() - began, result];
}

const eventOf = (number) =>
  `${JSON.stringify({
    v: 1,
    seq: number,
    time: 1_700_000_000_000 + number * 500,
    kind: 'step',
    step: number,
    epoch: number / 1000,
    loss: 1 + Math.sin(number / 1000) / 10,
    correctTokens: 80,
    targetTokens: 100,
    tokenAccuracy: 0.8,
    learningRate: 0.0002,
    gradNorm: 0.5,
    tokensPerSecond: 200,
    peakMemoryBytes: 1_000_000_000,
  })}\n`;

async function longRun() {
  const runFolder = home.runFolder('long');
  await mkdir(runFolder, { recursive: true });
  const path = join(runFolder, 'events.jsonl');
  const file = await open(path, 'w');
  for (let from = 1; from <= steps; from += 10_000) {
    let text = '';
    for (let number = from; number < from + 10_000 && number <= steps; number += 1) {
      text += eventOf(number);
    }
    await file.write(text);
  }
  await file.close();

  const [plain] = await timed(async () =>
    (await readFile(path, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  );
  row(`plain: parse all ${steps} events`, plain);
  const [first, history] = await timed(() => new Histories(home).upToDate('long'));
  row('lab, without a kept history (once)', first);
  await saveHistory(runFolder, history);
  const histories = new Histories(home);
  const [opened] = await timed(async () =>
    metricWindow(await histories.upToDate('long'), { runId: 'long', maxPoints: 1500 }),
  );
  row('lab, opening the run', opened);
  const [zoomed] = await timed(async () =>
    metricWindow(await histories.upToDate('long'), {
      runId: 'long',
      fromStep: Math.round(steps * 0.4),
      toStep: Math.round(steps * 0.6),
      maxPoints: 1500,
    }),
  );
  row('lab, zooming in', zoomed);
  return plain / opened;
}

async function longHistory() {
  const store = new Store(join(folder, 'lab.db'));
  const ids = [];
  store.transaction(() => {
    for (let number = 0; number < runs; number += 1) {
      const id = newId();
      ids.push(id);
      store.run(
        `INSERT INTO runs (id, name, preset, model, corpus, quantization, rank, spec_json, progress_json, created_at)
         VALUES (?, ?, 'starter', 'starter', 'starter', 'none', 16, '{}', '{}', ?)`,
        id,
        `run ${number}`,
        new Date(1_700_000_000_000 + number * 1000).toISOString(),
      );
      const recent = Array.from({ length: 50 }, (_, step) => ({
        loss: 0.5,
        correct: 80,
        target: 100,
        time: step,
      }));
      const { progress } = runRow(store, id);
      saveProgress(store, id, { ...progress, steps: 200, totalSteps: 200, recent });
      store.run(
        `INSERT INTO jobs (id, kind, state, title, target_id, after_json, position, created_at)
         VALUES (?, 'train', 'done', 'x', ?, '[]', ?, 'x')`,
        newId(),
        id,
        number,
      );
    }
  });
  const [plain] = await timed(() => ids.map((id) => runRow(store, id)));
  row(`plain: parse the progress of ${runs} runs`, plain);
  const list = new RunList(store);
  const changes = new ChangeBus(store);
  const [first] = await timed(() => list.all());
  row(`lab, listing ${runs} runs for the first time`, first);
  const times = [];
  for (let round = 0; round < 5; round += 1) {
    // As while a run trains: one of them has changed since the last look.
    const id = ids[round * 7] ?? '';
    store.run('UPDATE runs SET steps = steps + 1 WHERE id = ?', id);
    changes.publish('runs', id);
    times.push((await timed(() => list.all()))[0]);
  }
  const listed = times.sort((a, b) => a - b)[2] ?? Number.NaN;
  row(`lab, listing ${runs} runs again, one of them changed (median of 5)`, listed);
  store.close();
  return plain / listed;
}

const opening = await longRun();
const listing = await longHistory();
for (const [what, milliseconds] of rows) {
  console.log(`${milliseconds.toFixed(0).padStart(8)} ms  ${what}`);
}
console.log(`opening a run: ${opening.toFixed(1)} times as fast as parsing its events`);
console.log(`listing runs: ${listing.toFixed(1)} times as fast as parsing their progress`);
await server.close();
await rm(folder, { recursive: true, force: true });
