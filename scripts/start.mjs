/** `npm start`: sets up what is missing, then opens the window, or serves it to a browser. */
import { parseStartArguments, startUsage } from './start-arguments.mjs';

const options = parseStartArguments(process.argv.slice(2));
if (options.kind === 'help') {
  process.stdout.write(startUsage);
  process.exit(0);
}
if (options.kind === 'wrong') {
  process.stderr.write(`${options.message}\n\n${startUsage}`);
  process.exit(2);
}

const { forBrowser, forWindow } = await import('./set-up/groups.mjs');
const { setUpOrExit } = await import('./set-up/set-up.mjs');
const { hasDisplay, openWindow, serve } = await import('./launch.mjs');

if (options.web || !hasDisplay()) {
  if (!options.web)
    process.stderr.write(
      'There is no display (DISPLAY and WAYLAND_DISPLAY are not set): the window is served to a browser instead.\n',
    );
  await setUpOrExit(forBrowser);
  await serve(options);
} else {
  await setUpOrExit(forWindow);
  process.exitCode = await openWindow(options);
}
