/** `npm run format`: formats and fixes what can be fixed, TypeScript and Python. */
import { spawnSync } from 'node:child_process';
import { forChecks } from './set-up/groups.mjs';
import { inRepository, repository } from './set-up/paths.mjs';
import { environmentPython } from './set-up/python.mjs';
import { setUpOrExit } from './set-up/set-up.mjs';

await setUpOrExit(forChecks);

const run = (file, args, cwd) => spawnSync(file, args, { cwd, stdio: 'inherit' }).status ?? 1;
const biome = inRepository('node_modules', '@biomejs', 'biome', 'bin', 'biome');
const ruff = (...args) =>
  run(environmentPython(), ['-m', 'ruff', ...args, '.'], inRepository('python'));

const results = [
  run(process.execPath, [biome, 'check', '--write', '.'], repository),
  ruff('check', '--fix'),
  ruff('format'),
];
process.exitCode = results.some((status) => status !== 0) ? 1 : 0;
