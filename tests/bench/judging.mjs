/**
 * Judging against the bare toolchain: `node tests/bench/judging.mjs [ROUNDS]`.
 *
 * Bare is what the toolchain costs without the lab: `node --check` and `node` on the same programs,
 * one after the other, nothing around them. The budget: judging, with extraction, sandbox, comparison
 * and constructs, is at least 0.8 × cores as fast. Both sides take turns in one run, so that a busy
 * machine slows both. "Bare, side by side" shows what the machine gives with all
 * its cores.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createServer } from 'vite';
import { aliases } from '../../scripts/set-up/paths.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rounds = Number(process.argv[2] ?? 3);
const cores = availableParallelism();
const run = promisify(execFile);

const server = await createServer({
  root,
  configFile: false,
  resolve: { alias: aliases },
  server: { middlewareMode: true, watch: null },
  appType: 'custom',
  logLevel: 'error',
});
const { openJudge } = await server.ssrLoadModule('/src/lab/evaluations/judge/open-judge.ts');
const { loadBenchmark, referenceGeneration } = {
  ...(await server.ssrLoadModule('/src/lab/benchmarks/load-benchmark.ts')),
  ...(await server.ssrLoadModule('/src/lab/benchmarks/check-benchmark.ts')),
};
const { plainEnvironment } = await server.ssrLoadModule('/src/lab/evaluations/sandbox/sandbox.ts');
const { LabHome } = await server.ssrLoadModule('/src/lab/store/home.ts');

const folder = await mkdtemp(join(tmpdir(), 'lorabench-bench-'));
const context = {
  home: new LabHome(folder),
  places: { resources: join(root, 'resources'), python: '', environments: '' },
};
const { tasks } = await loadBenchmark(context, 'starter');
const judge = await openJudge(context, 'javascript', { allowUnsandboxed: false });
const files = [];
for (const task of tasks) {
  const file = join(folder, `${task.id}.js`);
  await writeFile(file, task.reference);
  files.push(file);
}

/** With the environment of judged programs: settings such as NODE_EXTRA_CA_CERTS cost time. */
async function bare(file) {
  await run(process.execPath, ['--check', file], { env: plainEnvironment });
  await run(process.execPath, [file], { env: plainEnvironment });
}

const ran = (file) => run(process.execPath, [file], { env: plainEnvironment });

async function judged(task) {
  const judgement = await judge.judge(task, referenceGeneration(task.id, task.reference, 0));
  if (!judgement.passed) throw new Error(`${task.id}: ${judgement.message}`);
}

/** Programs a second with `width` of them at once. */
async function rate(items, width, work) {
  const waiting = [...items];
  const began = performance.now();
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return (items.length / (performance.now() - began)) * 1000;
}

const sides = { bare: [], bareRunAlone: [], judged: [], bareSideBySide: [] };
const mean = (side) => sides[side].reduce((sum, rate) => sum + rate, 0) / sides[side].length;
for (let round = 1; round <= rounds; round += 1) {
  sides.bare.push(await rate(files, 1, bare));
  sides.judged.push(await rate(tasks, cores, judged));
  sides.bareRunAlone.push(await rate(files, 1, ran));
  sides.bareSideBySide.push(await rate(files, cores, bare));
  const shown = Object.entries(sides).map(([side, all]) => `${side} ${all.at(-1).toFixed(1)}/s`);
  console.log(`round ${round}: ${shown.join(', ')}`);
}
await judge.close();
await rm(folder, { recursive: true, force: true });
await server.close();

const judgedRate = mean('judged');
const ratio = judgedRate / (cores * mean('bare'));
console.log(
  `${tasks.length} programs, ${cores} cores, sandbox ${judge.sandbox}, ${judge.toolchain}`,
);
console.log(`${tasks.length} references judged in ${(tasks.length / judgedRate).toFixed(1)} s`);
console.log(`to bare, side by side: ${(judgedRate / mean('bareSideBySide')).toFixed(2)}`);
// A program that ended well needs no check of its own: Node checks the whole file before it runs.
const toRun = judgedRate / (cores * mean('bareRunAlone'));
console.log(`ratio to cores × bare run without check: ${toRun.toFixed(2)}`);
console.log(`ratio to cores × bare: ${ratio.toFixed(2)} (budget 0.80)`);
process.exitCode = ratio >= 0.8 ? 0 : 1;
