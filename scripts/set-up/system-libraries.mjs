/** System packages on Debian and Ubuntu; elsewhere the loader and `lab doctor` say what is missing. */
import { hasApt, installPackages } from './apt.mjs';
import { findProgram, hasLibrary } from './programs.mjs';

/** `packages`: its names on different releases, the newest first. */
const library = (soname, ...packages) => ({ has: () => hasLibrary(soname), packages });
const program = (names, ...packages) => ({ has: () => findProgram(names) !== null, packages });

const windowLibraries = [
  library('libgtk-3.so.0', 'libgtk-3-0t64', 'libgtk-3-0'),
  library('libnss3.so', 'libnss3'),
  library('libasound.so.2', 'libasound2t64', 'libasound2'),
  library('libgbm.so.1', 'libgbm1'),
  library('libXss.so.1', 'libxss1'),
  library('libatk-bridge-2.0.so.0', 'libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'),
  library('libdrm.so.2', 'libdrm2'),
];

const sandbox = [program(['bwrap'], 'bubblewrap')];

const display = [program(['Xvfb'], 'xvfb'), program(['xauth'], 'xauth')];

const isRoot = () => process.getuid?.() === 0;
const missing = (requirements) => requirements.filter((one) => !one.has());

function systemStep(name, requirements) {
  return {
    name,
    lane: 'system',
    isDone: () => !hasApt() || missing(requirements).length === 0,
    run: (progress) =>
      installPackages(
        missing(requirements).map((one) => one.packages),
        progress,
      ),
  };
}

/** What Electron's window needs to start. */
export const windowSystem = systemStep('System libraries of the window', windowLibraries);

/** A window under test is drawn where nobody sees it. */
export const testSystem = systemStep('Display for the tests', display);

/** Judging needs it, the rest does not: without root it is left to `lab doctor` to name. */
const sandboxInstall = systemStep('Sandbox for judging', sandbox);
export const sandboxSystem = {
  ...sandboxInstall,
  isDone: () => !isRoot() || sandboxInstall.isDone(),
};
