/** `npm run build:starter [-- corpus benchmark model]`: makes the starter's resources anew. */
import { spawnSync } from 'node:child_process';
import { forChecks } from './set-up/groups.mjs';
import { inRepository } from './set-up/paths.mjs';
import { environmentPython } from './set-up/python.mjs';
import { setUpOrExit } from './set-up/set-up.mjs';

await setUpOrExit(forChecks);
const built = spawnSync(environmentPython(), ['-m', 'starter.build', ...process.argv.slice(2)], {
  cwd: inRepository('python'),
  stdio: 'inherit',
});
process.exit(built.status ?? 1);
