import { findProgram } from './programs.mjs';
import { runCommand } from './run-command.mjs';
import { SetUpError } from './set-up-error.mjs';

/** `apt-cache policy NAME…` as a map of name → {installed, candidate}; `(none)` is null. */
export function parsePolicy(text) {
  const policy = new Map();
  let name;
  for (const line of text.split('\n')) {
    const heading = /^(\S+):$/.exec(line);
    if (heading) {
      name = heading[1].replace(/:[a-z0-9]+$/, '');
      policy.set(name, { installed: null, candidate: null });
    }
    const field = /^\s+(Installed|Candidate): (\S+)/.exec(line);
    if (field && name && field[2] !== '(none)') policy.get(name)[field[1].toLowerCase()] = field[2];
  }
  return policy;
}

/**
 * Of each list of alternative names, the first that this release can install.
 * @returns `install`: names to install; `unknown`: lists of which no name exists here
 */
export function choosePackages(alternatives, policy) {
  const install = [];
  const unknown = [];
  for (const names of alternatives) {
    if (names.some((name) => policy.get(name)?.installed)) continue;
    const known = names.find((name) => policy.get(name)?.candidate);
    if (known) install.push(known);
    else unknown.push(names);
  }
  return { install, unknown };
}

async function choose(alternatives) {
  const text = await runCommand('apt-cache', ['policy', ...alternatives.flat()], {
    env: { LC_ALL: 'C' },
  });
  return choosePackages(alternatives, parsePolicy(text));
}

/** dpkg is locked while it works, and steps run at the same time. */
let oneAtATime = Promise.resolve();

/**
 * Installs one package of each list of alternative names. Only root can: others get the command.
 * @param alternatives names by release, the newest first: [['libgtk-3-0t64', 'libgtk-3-0'], …]
 */
export function installPackages(alternatives, progress) {
  const installed = oneAtATime.then(() => installNow(alternatives, progress));
  oneAtATime = installed.catch(() => undefined);
  return installed;
}

async function installNow(alternatives, progress) {
  let { install, unknown } = await choose(alternatives);
  if (process.getuid?.() !== 0) {
    const names = [...install, ...unknown.map((list) => list[list.length - 1])];
    throw new SetUpError(`System packages are missing: ${names.join(', ')}.`, {
      fix: `sudo apt-get install -y ${names.join(' ')}`,
    });
  }
  const options = {
    onLine: progress.line,
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
  };
  if (unknown.length > 0) {
    await runCommand('apt-get', ['update'], options);
    ({ install, unknown } = await choose(alternatives));
  }
  if (install.length > 0) {
    const arguments_ = ['install', '-y', '--no-install-recommends', ...install];
    await runCommand('apt-get', arguments_, options).catch(async () => {
      // The lists may be older than the archive.
      await runCommand('apt-get', ['update'], options);
      await runCommand('apt-get', arguments_, options);
    });
  }
  if (unknown.length > 0)
    progress.say(`  This release has no package ${unknown.map((list) => list[0]).join(', ')}.`);
  return install.join(' ');
}

export const hasApt = () => process.platform === 'linux' && findProgram(['apt-get']) !== null;
