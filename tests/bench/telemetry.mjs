/**
 * What live telemetry costs: `node tests/bench/telemetry.mjs [SECONDS]`.
 *
 * Measures the processor time of a process that does what a scheduler and a window do during a
 * training: readings once a second for somebody who looks, and a line of telemetry every two seconds.
 * Once on this machine, and on recordings whose files are read and whose nvidia-smi is a real process
 * that writes a line for each card every second. The same process doing nothing is measured beside
 * it. Prints shares of one core. Budget: 0.5 %. What nvidia-smi itself takes is not in it.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { aliases } from '../../scripts/set-up/paths.mjs';

const budget = 0.005;
const repository = fileURLToPath(new URL('../..', import.meta.url));
const modules = {
  devices: 'devices/devices',
  load: 'devices/load',
  machine: 'devices/sources/machine-in-use',
  command: 'devices/sources/run-command',
  home: 'store/home',
  telemetry: 'runs/telemetry',
};

/** The bundler would be measured too if it were in the measured process. */
async function bundle(folder) {
  const { build } = await import('vite');
  const input = Object.fromEntries(
    Object.entries(modules).map(([name, path]) => [name, join(repository, `src/lab/${path}.ts`)]),
  );
  await build({
    root: repository,
    configFile: false,
    resolve: { alias: aliases },
    ssr: { noExternal: true },
    build: { ssr: true, outDir: folder, target: 'node20', rollupOptions: { input } },
    logLevel: 'error',
  });
}

async function spent(work) {
  const before = process.cpuUsage();
  const began = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - began);
}

/** In a process of its own: shares of one core with and without telemetry. */
async function measure(folder, name, device, seconds) {
  const load = (module) => import(pathToFileURL(join(folder, `${module}.js`)).href);
  const [{ detect }, { machineLoad }, { machineInUse }, { commandLines }, { LabHome }, recorders] =
    await Promise.all(Object.keys(modules).map(load));
  const recorded = join(repository, 'tests/fixtures/machines', name);
  const sources = await machineInUse(name === '' ? {} : { LORABENCH_MACHINE: recorded });
  const tool = join(folder, 'nvidia-smi');
  const output = join(recorded, 'commands/nvidia-smi-load.txt');
  await writeFile(tool, `#!/bin/sh\nwhile cat '${output}'; do sleep 1; done\n`);
  await chmod(tool, 0o755);
  const detection = await detect(
    name === ''
      ? sources
      : { ...sources, lines: (_, args, signal) => commandLines(tool, args, signal) },
  );
  const home = new LabHome(folder);
  const context = { home, log: { warn: (problem) => console.error(problem) } };
  const machine = async () => detection;

  const watch = async (runId, milliseconds) => {
    await mkdir(home.runFolder(runId), { recursive: true });
    const looking = new AbortController();
    const recorder = recorders.recordTelemetry(context, { runId, device }, { machine });
    const shown = (async () => {
      for await (const reading of machineLoad(folder, looking.signal, machine)) void reading;
    })();
    await sleep(milliseconds);
    looking.abort();
    await shown;
    await recorder.stop();
  };
  // Code is compiled and files are cached once, not every second.
  await watch('warm-up', 5_000);
  await sleep(1_000);
  const without = await spent(() => sleep(seconds * 1000));
  const during = await spent(() => watch('measured', seconds * 1000));
  const file = join(home.runFolder('measured'), recorders.telemetryFile);
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n').length;
  console.log(JSON.stringify({ without, during, lines }));
}

async function main(seconds) {
  let worst = 0;
  for (const [title, name, device] of [
    ['this machine', '', 'cpu'],
    ['one Radeon', 'rx-7900-gre', 'rocm:0'],
    ['two GeForce', 'two-rtx-3090', 'cuda:0'],
  ]) {
    const folder = await mkdtemp(join(tmpdir(), 'lorabench-bench-'));
    try {
      await bundle(folder);
      const { stdout } = await promisify(execFile)(process.execPath, [
        fileURLToPath(import.meta.url),
        '--measure',
        folder,
        name,
        device,
        String(seconds),
      ]);
      const { without, during, lines } = JSON.parse(stdout);
      const percent = (share) => `${(share * 100).toFixed(3)} %`;
      worst = Math.max(worst, during);
      console.log(
        `${title}: ${percent(during)} of one core with telemetry, ${percent(without)} without;` +
          ` ${lines} lines in ${seconds} s`,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  console.log(`ratio of the dearest to the budget of 0.5 %: ${(worst / budget).toFixed(2)}`);
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--measure') await measure(rest[0], rest[1], rest[2], Number(rest[3]));
else await main(Number(first ?? 20));
