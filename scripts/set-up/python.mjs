/** The Python environments that a clone needs: the worker's on the CPU, and what the tests run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasApt, installPackages } from './apt.mjs';
import { environmentFolder, inRepository, repository } from './paths.mjs';
import { findProgram } from './programs.mjs';
import { runInstaller } from './python-installer.mjs';
import { runCommand } from './run-command.mjs';
import { SetUpError } from './set-up-error.mjs';
import { hashFiles, readStamp } from './stamp.mjs';

const cpuIndex = 'https://download.pytorch.org/whl/cpu';
const requirement = (name) => inRepository('python', 'requirements', `${name}.txt`);

const isRoot = () => process.getuid?.() === 0;

/** The interpreter of an environment, the worker's unless another folder is named. */
export function environmentPython(folder = environmentFolder()) {
  return process.platform === 'win32'
    ? join(folder, 'Scripts', 'python.exe')
    : join(folder, 'bin', 'python');
}

/** As src/lab/environments/lock-file.ts hashes it: both read and write the same stamps. */
const lockHash = (name) => hashFiles(repository, [requirement(name)]);
const stampOf = (environment) =>
  readStamp(join(environmentFolder(process.env, environment), 'lorabench.json'));

const hasLock = (environment, lock) =>
  stampOf(environment)[lock] === lockHash(lock) &&
  existsSync(environmentPython(environmentFolder(process.env, environment)));

const versionProbe =
  'import sys, venv, ensurepip; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else 1)';

/** An interpreter of 3.11 to 3.14 that can make environments, or null. */
async function findPython() {
  const names = ['python3', 'python3.13', 'python3.12', 'python3.14', 'python3.11', 'python'];
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
  throw new SetUpError('No Python 3.11 to 3.14 that can make virtual environments was found.', {
    fix: hasApt()
      ? 'sudo apt-get install -y python3 python3-venv'
      : 'Install Python 3.13 from https://www.python.org/downloads/, or name one in LORABENCH_PYTHON.',
  });
}

/** Brings a lock into an environment; one that somebody else has completed is only stamped. */
async function bring(environment, lock, progress, { sources = [], dependencies = true } = {}) {
  await runInstaller(
    await requirePython(progress),
    {
      name: environment,
      folder: environmentFolder(process.env, environment),
      locks: [{ name: lock, file: requirement(lock), hash: lockHash(lock) }],
      bring: true,
      sources,
      dependencies,
      uv: findProgram(['uv']),
    },
    progress,
  );
}

/**
 * PyTorch's own index has builds without CUDA for every platform; on Linux PyPI's brings gigabytes
 * of CUDA libraries. For macOS there is one build only.
 */
const torchSources =
  process.platform === 'darwin'
    ? []
    : [
        { title: "PyTorch's CPU index", url: cpuIndex },
        { title: "pip's default index", url: null },
      ];

const shown = (environment) =>
  environmentFolder(process.env, environment).replace(`${repository}/`, '');

/** What the worker imports. */
export const pythonEnvironment = {
  name: 'Python environment',
  lane: 'torch',
  note: 'PyTorch for the CPU and the training libraries, about 1.6 GB',
  isDone: () => hasLock('torch-cpu', 'torch-cpu'),
  async run(progress) {
    await bring('torch-cpu', 'torch-cpu', progress, { sources: torchSources });
    return shown('torch-cpu');
  },
};

/** What checks and tests need on top. */
export const pythonTools = {
  name: 'Python tools for checks and tests',
  lane: 'torch',
  note: 'about 250 MB',
  isDone: () => hasLock('torch-cpu', 'dev'),
  run: (progress) => bring('torch-cpu', 'dev', progress),
};

/** Where MLX exists: Apple silicon, and Linux's processor, on which the tests run it. */
const runsMlx =
  process.platform === 'linux' || (process.platform === 'darwin' && process.arch === 'arm64');

/** The backend for Apple silicon, for the tests; the app installs its own where a Mac needs it. */
export const mlxEnvironment = {
  name: 'MLX for the tests',
  lane: 'other environments',
  note: 'about 350 MB',
  isDone: () => !runsMlx || hasLock('mlx', 'mlx'),
  async run(progress) {
    // Its lock is complete, and one of its packages would ask for PyTorch.
    await bring('mlx', 'mlx', progress, { dependencies: false });
    return shown('mlx');
  },
};

/** For GGUF files, for the tests; the app installs its own where somebody wants it. */
export const llamaEnvironment = {
  name: 'llama.cpp for the tests',
  lane: 'other environments',
  note: 'about 40 MB',
  isDone: () => hasLock('llama-cpp', 'llama-cpp'),
  async run(progress) {
    await bring('llama-cpp', 'llama-cpp', progress);
    return shown('llama-cpp');
  },
};
