import { readFileSync } from 'node:fs';
import { answers } from './network.mjs';
import { findProgram } from './programs.mjs';
import { runCommand } from './run-command.mjs';

const cpuIndex = 'https://download.pytorch.org/whl/cpu';

/** `uv pip` where uv is installed (several times faster), else the environment's own pip. */
export function packageInstaller(python, progress) {
  const uv = findProgram(['uv']);
  const pip = (args) =>
    runCommand(python, ['-m', 'pip', 'install', '--no-input', ...args], {
      onLine: progress.line,
      env: { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_PROGRESS_BAR: 'off' },
    });
  const install = async (args) => {
    if (!uv) return pip(args);
    try {
      await runCommand(uv, ['pip', 'install', '--python', python, ...args], {
        onLine: progress.line,
      });
    } catch (error) {
      progress.say(`  uv could not install them, trying pip: ${error.lines?.at(-1) ?? error}`);
      await pip(args);
    }
  };
  return { install };
}

/** The `torch==…` line of a lock. */
export function pinnedTorch(text) {
  const pin = /^torch==\S+$/m.exec(text);
  if (!pin) throw new Error('The lock names no version of torch.');
  return pin[0];
}

/**
 * PyTorch's own index has builds without CUDA for every platform; on Linux PyPI's brings gigabytes
 * of CUDA libraries. It comes first so that nothing else asks for a newer one.
 */
export async function installTorch(installer, lockFile, progress) {
  const torch = pinnedTorch(readFileSync(lockFile, 'utf8'));
  if (await answers(`${cpuIndex}/torch/`)) {
    progress.say(`  ${torch} comes from PyTorch's CPU index, ${cpuIndex}`);
    await installer.install([torch, '--index-url', cpuIndex]);
  } else {
    progress.say(
      `  PyTorch's CPU index does not answer; ${torch} comes from pip's default index, on Linux perhaps with CUDA`,
    );
    await installer.install([torch]);
  }
}
