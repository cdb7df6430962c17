/** `npm run -s lab -- VERB …`: sets up what is missing (on stderr), then runs the command. */
import { existsSync } from 'node:fs';
import { asksForHelp, labUsage } from './lab-usage.mjs';
import { inRepository } from './set-up/paths.mjs';

const words = process.argv.slice(2);
const isBuilt = existsSync(inRepository('out', 'cli', 'lab.js'));
const hasPackages = existsSync(inRepository('node_modules', '.lorabench.json'));

if (asksForHelp(words) && !(isBuilt && hasPackages)) {
  // As the command itself: help that was not asked for is wrong usage.
  const stream = words.length === 0 ? process.stderr : process.stdout;
  stream.write(labUsage);
  process.exitCode = words.length === 0 ? 2 : 0;
} else {
  const { forCommand, forHelp, forServer } = await import('./set-up/groups.mjs');
  const { setUpOrExit } = await import('./set-up/set-up.mjs');
  const { runLab } = await import('./launch.mjs');
  if (asksForHelp(words)) await setUpOrExit(forHelp);
  else await setUpOrExit(words.includes('serve') ? forServer : forCommand);
  await runLab(words);
}
