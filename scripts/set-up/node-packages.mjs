import { readFileSync } from 'node:fs';
import { inRepository, repository } from './paths.mjs';
import { runCommand } from './run-command.mjs';
import { hashFiles, readStamp, writeStamp } from './stamp.mjs';

const lockFile = inRepository('package-lock.json');
const installedFile = inRepository('node_modules', '.package-lock.json');
const stampFile = inRepository('node_modules', '.lorabench.json');

const lockHash = () => hashFiles(repository, [lockFile]);

/**
 * Whether npm's record of what is installed has every package of the lock, at its version.
 * Optional packages of other platforms may be absent.
 */
export function packagesMatch(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '' || wanted.link) return true;
    const found = installed.packages[path];
    return found ? found.version === wanted.version : wanted.optional === true;
  });
}

function installedByHand() {
  try {
    const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
    return packagesMatch(read(lockFile), read(installedFile));
  } catch {
    return false;
  }
}

/** npm itself, without a shell where npm started us. */
export function npmCommand(args, environment = process.env) {
  const script = environment.npm_execpath;
  if (script?.endsWith('.js') || script?.endsWith('.cjs'))
    return { file: process.execPath, args: [script, ...args], shell: false };
  return { file: 'npm', args, shell: process.platform === 'win32' };
}

export const nodePackages = {
  name: 'Node packages',
  lane: 'node',
  note: 'about 500 MB',
  isDone: () => readStamp(stampFile).lock === lockHash(),
  async run(progress) {
    const lock = lockHash();
    if (!installedByHand()) {
      const npm = npmCommand(['ci', '--no-audit', '--no-fund', '--ignore-scripts']);
      await runCommand(npm.file, npm.args, {
        cwd: repository,
        shell: npm.shell,
        // The tools that test and build are needed whatever the caller's environment says.
        env: { NODE_ENV: 'development', npm_config_omit: '' },
        onLine: progress.line,
      });
    }
    await writeStamp(stampFile, { lock });
    const { packages } = JSON.parse(readFileSync(installedFile, 'utf8'));
    return `${Object.keys(packages).length} packages`;
  },
};
