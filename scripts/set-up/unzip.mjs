import { createWriteStream } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const fileType = 0o170000;
const symbolicLink = 0o120000;

/** Unpacks the entries that `keep(name)` wants, with their modes and symbolic links. */
export async function extractZip(archive, folder, keep) {
  const yauzl = await import('yauzl');
  const zip = await promisify(yauzl.open)(archive, { lazyEntries: true, autoClose: true });
  const openEntry = promisify(zip.openReadStream.bind(zip));
  const root = resolve(folder) + sep;

  const write = async (entry) => {
    const target = join(folder, entry.fileName);
    // A name such as ../../file must not leave the folder.
    if (!resolve(target).startsWith(root)) throw new Error(`bad name in ${archive}: ${target}`);
    if (entry.fileName.endsWith('/')) return;
    await mkdir(dirname(target), { recursive: true });
    const mode = entry.externalFileAttributes >>> 16;
    const content = await openEntry(entry);
    if ((mode & fileType) === symbolicLink) await symlink(await text(content), target);
    else await pipeline(content, createWriteStream(target, { mode: mode & 0o777 || 0o644 }));
  };

  await new Promise((done, fail) => {
    zip.on('error', fail);
    zip.on('end', done);
    zip.on('entry', (entry) => {
      const written = keep(entry.fileName) ? write(entry) : Promise.resolve();
      written.then(() => zip.readEntry(), fail);
    });
    zip.readEntry();
  });
}
