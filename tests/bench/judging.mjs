/**
 * Judging against the bare toolchain: `node tests/bench/judging.mjs [ROUNDS] [CASE…]`.
 *
 * Bare is what the toolchain costs without the lab, one program after the other, nothing around it:
 * - `output`: `node --check` and `node` on the references of the starter benchmark;
 * - `python-tests`: `python3` on a file with the tests behind the program, as HumanEval does it;
 * - `javascript-tests`: `node` on a file with the tests behind the program;
 * - `typescript-tests`: the same after `tsc`, with the options of the toolchain;
 * - `go-tests`: `go test` in a folder with the program and the tests, its build cache warm.
 *
 * The budget: judging, with extraction, sandbox, comparison and constructs, is at least 0.8 × cores as
 * fast. Both sides take turns in one run, so that a busy machine slows both. "Side by side" shows what
 * the machine gives the bare toolchain with all its cores. Bare tests run where they could be forged.
 */
import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createServer } from 'vite';
import { aliases } from '../../scripts/set-up/paths.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [roundsWord = '3', ...wanted] = process.argv.slice(2);
const rounds = Number(roundsWord);
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
const { findToolchain } = await server.ssrLoadModule(
  '/src/lab/evaluations/toolchains/find-toolchain.ts',
);
const { samplesAtOnce } = await server.ssrLoadModule(
  '/src/lab/evaluations/judge/samples-at-once.ts',
);
const { openHome } = await server.ssrLoadModule('/src/lab/store/home.ts');

// TypeScript's compiler is one of Lorabench's own packages.
process.env.PATH = `${process.env.PATH}:${join(root, 'node_modules/.bin')}`;
const folder = await mkdtemp(join(tmpdir(), 'lorabench-bench-'));
const context = {
  home: openHome(join(folder, 'home')),
  places: { resources: join(root, 'resources'), python: '', environments: '' },
};

async function written(name, text) {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

/** With the environment of judged programs: settings such as NODE_EXTRA_CA_CERTS cost time. */
const bareRun = (program, words, more = {}) =>
  run(program, words, { ...more, env: { ...plainEnvironment, ...more.env } });

/** Functions with tests in HumanEval's style; the numbers make each program and its tests its own. */
const pythonTasks = Array.from({ length: 60 }, (_, n) => ({
  id: `python-${n}`,
  category: 'c',
  prompt: 'p',
  constructs: [],
  entryPoint: 'above',
  reference: `from typing import List\n\n\ndef above(numbers: List[int], limit: int = ${n}) -> List[int]:\n    """ Numbers above a limit, in ascending order. """\n    return sorted(number for number in numbers if number > limit)\n`,
  tests: `def check(candidate):\n    assert candidate([]) == []\n    assert candidate([${n}, ${n + 2}, ${n + 1}]) == [${n + 1}, ${n + 2}]\n    for limit in range(5):\n        assert candidate(list(range(9, 0, -1)), limit) == list(range(limit + 1, 10))\n    assert candidate([3, 3, 1], limit=2) == [3, 3]\n`,
}));

const typed = (type, typedTests) =>
  Array.from({ length: typedTests }, (_, n) => ({
    id: `${type === '' ? 'javascript' : 'typescript'}-${n}`,
    category: 'c',
    prompt: 'p',
    constructs: [],
    reference: `function above(numbers${type}, limit${type.slice(0, -2)} = ${n})${type} {\n  return numbers.filter((number) => number > limit).sort((a, b) => a - b);\n}\n`,
    tests: `test('none', () => assert.deepEqual(above([]), []));\ntest('some', () => assert.deepEqual(above([${n}, ${n + 2}, ${n + 1}]), [${n + 1}, ${n + 2}]));\nfor (let limit = 0; limit < 5; limit += 1) {\n  test(\`limit \${limit}\`, () => assert.deepEqual(above([3, 1, 2, 4], limit).length, Math.max(0, 4 - limit)));\n}\n`,
  }));
const runner = `const assert = require('node:assert/strict');\nconst test = (name, body) => body();\n`;

const goEnvironment = {
  GOCACHE: join(folder, 'go-cache'),
  GOFLAGS: '-mod=mod',
  GOPROXY: 'off',
  HOME: folder,
};

const cases = {
  output: {
    toolchain: 'javascript',
    tasks: async () => (await loadBenchmark(context, 'starter')).tasks,
    prepare: (task) => written(`${task.id}.js`, task.reference),
    async bare(file) {
      await bareRun(process.execPath, ['--check', file]);
      await bareRun(process.execPath, [file]);
    },
  },
  'python-tests': {
    toolchain: 'python',
    tasks: async () => pythonTasks,
    prepare: (task) =>
      written(`${task.id}.py`, `${task.reference}\n${task.tests}\ncheck(${task.entryPoint})\n`),
    bare: (file, program) => bareRun(program, [file]),
  },
  'javascript-tests': {
    toolchain: 'javascript',
    tasks: async () => typed('', 60),
    prepare: (task) => written(`${task.id}.cjs`, `${task.reference}\n${runner}${task.tests}`),
    bare: (file, program) => bareRun(program, [file]),
  },
  'typescript-tests': {
    toolchain: 'typescript',
    tasks: async () => typed(': number[]', 20),
    async prepare(task) {
      const file = await written(`${task.id}/program.ts`, task.reference);
      return { file, tests: `${runner}${task.tests}`, folder: join(file, '..') };
    },
    async bare({ file, tests, folder: cwd }, program) {
      const options = '--strict --target es2022 --module commonjs --lib es2023,dom --outDir out';
      await bareRun(process.execPath, [program, ...options.split(' '), file], { cwd });
      await appendFile(join(cwd, 'out/program.js'), tests);
      await bareRun(process.execPath, [join(cwd, 'out/program.js')]);
    },
  },
  'go-tests': {
    toolchain: 'go',
    tasks: async () => (await loadBenchmark(context, 'go')).tasks,
    async prepare(task) {
      await written(`${task.id}/go.mod`, 'module sandbox\n\ngo 1.18\n');
      await written(`${task.id}/program.go`, task.reference);
      return join(await written(`${task.id}/hidden_test.go`, task.tests), '..');
    },
    async bare(cwd, program) {
      // As a model's programs are: none of them was compiled before.
      await appendFile(join(cwd, 'program.go'), `// ${performance.now()}\n`);
      await bareRun(program, ['test', '-count=1', '.'], { cwd, env: goEnvironment });
    },
  },
};

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

async function measure(name, { toolchain, tasks: load, prepare, bare }) {
  const tasks = await load();
  const judge = await openJudge(context, toolchain, { allowUnsandboxed: false });
  const { program } = await findToolchain(context, toolchain);
  const prepared = await Promise.all(tasks.map(prepare));
  const bareOne = (item) => bare(item, program);
  const judged = async (task) => {
    const judgement = await judge.judge(task, referenceGeneration(task.id, task.reference, 0));
    if (!judgement.passed) throw new Error(`${task.id}: ${judgement.message}`);
  };
  // Build caches and pages of both sides are warm before anything is measured.
  await rate(prepared.slice(0, cores), 1, bareOne);
  await rate(tasks.slice(0, cores), 1, judged);
  const sides = { bare: [], judged: [], bareSideBySide: [] };
  for (let round = 1; round <= rounds; round += 1) {
    sides.bare.push(await rate(prepared, 1, bareOne));
    sides.judged.push(await rate(tasks, samplesAtOnce(), judged));
    sides.bareSideBySide.push(await rate(prepared, cores, bareOne));
    const shown = Object.entries(sides).map(([side, all]) => `${side} ${all.at(-1).toFixed(1)}/s`);
    console.log(`${name}, round ${round}: ${shown.join(', ')}`);
  }
  await judge.close();
  const mean = (side) => sides[side].reduce((sum, one) => sum + one, 0) / sides[side].length;
  const ratio = mean('judged') / (cores * mean('bare'));
  console.log(
    `${name}: ${tasks.length} programs, ${cores} cores, sandbox ${judge.sandbox}, ${judge.toolchain}`,
  );
  console.log(
    `${name}: judged to bare, both side by side: ${(mean('judged') / mean('bareSideBySide')).toFixed(2)}`,
  );
  console.log(`${name}: ratio to cores × bare: ${ratio.toFixed(2)} (budget 0.80)`);
  return ratio;
}

const names = wanted.length > 0 ? wanted : Object.keys(cases);
const unknown = names.find((name) => cases[name] === undefined);
if (unknown !== undefined) throw new Error(`no case ${unknown}: ${Object.keys(cases).join(', ')}`);
const ratios = [];
try {
  for (const name of names) ratios.push(await measure(name, cases[name]));
} finally {
  await rm(folder, { recursive: true, force: true });
  await server.close();
}
process.exitCode = ratios.every((ratio) => ratio >= 0.8) ? 0 : 1;
