/** What is built from src/ into out/: the window (main, preload, renderer) and the `lab` command. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository, repository } from './paths.mjs';
import { runCommand } from './run-command.mjs';
import { filesBelow, hashFiles, readStamp, removeStamp, writeStamp } from './stamp.mjs';

const shared = ['src/shared', 'src/lab', 'package.json', 'package-lock.json', 'tsconfig.base.json'];
const isSource = (file) => !/\.test\.tsx?$/.test(file);

/** A hash of everything a build reads; some hundred small files, so a few milliseconds. */
export function sourceHash(root, inputs) {
  return hashFiles(
    root,
    inputs.flatMap((input) => filesBelow(join(root, input), isSource)),
  );
}

const vite = inRepository('node_modules', 'vite', 'bin', 'vite.js');
const electronVite = inRepository('node_modules', 'electron-vite', 'bin', 'electron-vite.js');

function buildStep({ name, inputs, outputs, command, env }) {
  const stampFile = inRepository('out', `.built-${outputs[0].split('/')[0]}.json`);
  const hash = () => sourceHash(repository, [...inputs, ...shared]);
  return {
    name,
    lane: 'node',
    isDone: () =>
      outputs.every((output) => existsSync(inRepository('out', output))) &&
      readStamp(stampFile).sources === hash(),
    async run(progress) {
      const sources = hash();
      await removeStamp(stampFile);
      const [script, ...args] = command;
      await runCommand(process.execPath, [script, ...args], {
        cwd: repository,
        env: { ...env, NODE_ENV: 'production' },
        onLine: progress.line,
      });
      await writeStamp(stampFile, { sources });
    },
  };
}

export const builtWindow = buildStep({
  name: 'Window',
  inputs: [
    'src/main',
    'src/preload',
    'src/renderer',
    'electron.vite.config.ts',
    'vite.aliases.config.ts',
  ],
  outputs: ['main/index.js', 'preload/index.cjs', 'renderer/index.html'],
  command: [electronVite, 'build'],
  // Built for the oldest Electron it must run on.
  env: { ELECTRON_MAJOR_VER: '33' },
});

export const builtCommand = buildStep({
  name: 'The lab command',
  inputs: ['src/cli', 'vite.cli.config.ts', 'vite.aliases.config.ts'],
  outputs: ['cli/lab.js'],
  command: [vite, 'build', '--config', 'vite.cli.config.ts'],
  env: {},
});
