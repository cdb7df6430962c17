/** `npm run package`: the application as a folder in release/, with the Electron that is set up. */
import { readFileSync } from 'node:fs';
import { forPackage } from './set-up/groups.mjs';
import { inRepository, repository } from './set-up/paths.mjs';
import { runCommand } from './set-up/run-command.mjs';
import { setUpOrExit } from './set-up/set-up.mjs';

const distribution = inRepository('node_modules', 'electron', 'dist');

const packageStep = {
  name: 'Package',
  note: 'release/, about 300 MB',
  isDone: () => false,
  async run(progress) {
    const version = readFileSync(`${distribution}/version`, 'utf8').trim().replace(/^v/, '');
    const script = inRepository('node_modules', 'electron-builder', 'out', 'cli', 'cli.js');
    const args = ['--dir', '--publish', 'never', `-c.electronVersion=${version}`];
    await runCommand(process.execPath, [script, ...args], {
      cwd: repository,
      onLine: progress.line,
    });
    return 'release/';
  },
};

await setUpOrExit([...forPackage, packageStep]);
