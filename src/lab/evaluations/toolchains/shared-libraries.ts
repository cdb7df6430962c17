/** The shared libraries that an executable loads from outside the system's own folders. */
import { execa } from 'execa';

/** Folders that every sandbox lets a program read. */
export const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/nix/store'];

export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Paths from `ldd` (Linux); empty where there is no ldd or the program is static. */
export async function librariesOf(program: string): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const { stdout } = await execa('ldd', [program], { reject: false, timeout: 10_000 });
  if (typeof stdout !== 'string') return [];
  const paths = [...stdout.matchAll(/=> (\/\S+)/g)].map(([, path]) => path ?? '');
  return paths.filter((path) => !systemFolders.some((folder) => isBelow(path, folder)));
}
