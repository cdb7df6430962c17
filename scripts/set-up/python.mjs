/** The worker's Python environment: a venv with a CPU build of PyTorch and the locked packages. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasApt, installPackages } from './apt.mjs';
import { environmentFolder, inRepository, repository } from './paths.mjs';
import { findProgram } from './programs.mjs';
import { installTorch, packageInstaller } from './python-packages.mjs';
import { runCommand } from './run-command.mjs';
import { SetUpError } from './set-up-error.mjs';
import { hashFiles, readStamp, writeStamp } from './stamp.mjs';

const requirement = (name) => inRepository('python', 'requirements', `${name}.txt`);

const isRoot = () => process.getuid?.() === 0;

/** The interpreter of the worker's environment. */
export function environmentPython(folder = environmentFolder()) {
  return process.platform === 'win32'
    ? join(folder, 'Scripts', 'python.exe')
    : join(folder, 'bin', 'python');
}

const stampFile = () => join(environmentFolder(), 'lorabench.json');
const lockHash = (name) => hashFiles(repository, [requirement(name)]);

const versionProbe =
  'import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 11) else 1)';

/** An interpreter of 3.11 or newer that can make environments, or null. */
async function findPython() {
  const names = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python'];
  const candidates = process.env.LORABENCH_PYTHON
    ? [process.env.LORABENCH_PYTHON]
    : names.map((name) => findProgram([name])).filter((file) => file !== null);
  for (const file of candidates) {
    const fits = await runCommand(file, ['-c', versionProbe]).then(
      () => true,
      () => false,
    );
    if (fits) return file;
  }
  return null;
}

async function requirePython(progress) {
  const found = await findPython();
  if (found) return found;
  if (hasApt() && isRoot()) {
    await installPackages([['python3'], ['python3-venv']], progress);
    const installed = await findPython();
    if (installed) return installed;
  }
  throw new SetUpError('No Python 3.11 or newer that can make virtual environments was found.', {
    fix: hasApt()
      ? 'sudo apt-get install -y python3 python3-venv'
      : 'Install Python 3.11 or newer from https://www.python.org/downloads/, or name one in LORABENCH_PYTHON.',
  });
}

const completeProbe = `
import importlib.metadata, sys
for line in open(sys.argv[1], encoding="utf-8"):
    name, _, version = line.partition("#")[0].strip().partition("==")
    if name and importlib.metadata.version(name).split("+")[0] != version:
        sys.exit(f"{name} is not {version}")
`;

/** Whether the environment already has every package of a lock, whoever installed it. */
const isComplete = (lock) =>
  runCommand(environmentPython(), ['-c', completeProbe, requirement(lock)]).then(
    () => true,
    () => false,
  );

/** Makes the environment where there is none that works; whether it did. */
async function makeEnvironment(progress) {
  const folder = environmentFolder();
  const works = await runCommand(environmentPython(), ['-c', 'import pip']).then(
    () => true,
    () => false,
  );
  if (works) return false;
  if (existsSync(folder) && !existsSync(join(folder, 'pyvenv.cfg')))
    throw new SetUpError(`${folder} exists and is no Python environment.`, {
      fix: 'Move it away, or set LORABENCH_ENVIRONMENTS to another folder.',
    });
  await rm(folder, { recursive: true, force: true });
  const python = await requirePython(progress);
  await runCommand(python, ['-m', 'venv', folder], { onLine: progress.line });
  return true;
}

/**
 * Installs a lock and stamps the environment with its hash. While it installs, the stamp says
 * `unfinished`: pip takes a package that was cut off for installed, so such an environment is
 * made anew.
 */
async function bring(lock, progress, before) {
  const { unfinished, ...previous } = readStamp(stampFile());
  let installed = previous;
  const hash = lockHash(lock);
  if (unfinished || !(await isComplete(lock))) {
    if (unfinished) await rm(environmentPython(), { force: true });
    if (await makeEnvironment(progress)) installed = {};
    await writeStamp(stampFile(), { unfinished: true });
    const installer = packageInstaller(environmentPython(), progress);
    await before?.(installer);
    await installer.install(['--requirement', requirement(lock)]);
  }
  await writeStamp(stampFile(), { ...installed, [lock]: hash });
}

/** What the worker imports. */
export const pythonEnvironment = {
  name: 'Python environment',
  note: 'PyTorch for the CPU and the training libraries, about 1.6 GB',
  isDone: () =>
    readStamp(stampFile())['torch-cpu'] === lockHash('torch-cpu') &&
    existsSync(environmentPython()),
  async run(progress) {
    await bring('torch-cpu', progress, (installer) =>
      installTorch(installer, requirement('torch-cpu'), progress),
    );
    return environmentFolder().replace(`${repository}/`, '');
  },
};

/** What checks and tests need on top. */
export const pythonTools = {
  name: 'Python tools for checks and tests',
  note: 'about 250 MB',
  isDone: () => readStamp(stampFile()).dev === lockHash('dev'),
  run: (progress) => bring('dev', progress),
};
