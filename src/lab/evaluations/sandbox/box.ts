/** A box: the folder on this machine that holds one program's files while it is judged. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Boxes lie in one private folder, which goes with `close`. */
export interface Boxes {
  /** Calls `work` with the path of a new box that holds `files`; the box is gone afterwards. */
  use<Result>(
    files: Readonly<Record<string, string>>,
    work: (box: string) => Promise<Result>,
  ): Promise<Result>;
  /** Calls `work` with a new empty folder that a confined compiler may write to, if it is needed. */
  useOutput<Result>(
    needed: boolean,
    work: (folder: string | null) => Promise<Result>,
  ): Promise<Result>;
  /** An empty box that stays until `close`. */
  keep(): Promise<string>;
  close(): Promise<void>;
}

export async function openBoxes(): Promise<Boxes> {
  const folder = await mkdtemp(join(tmpdir(), 'lorabench-judge-'));
  let count = 0;
  return {
    async use(files, work) {
      count += 1;
      const box = join(folder, String(count));
      await mkdir(box);
      // Inside, the program may be another user; the folder around it is closed to everybody else.
      await chmod(box, 0o755);
      try {
        for (const [name, content] of Object.entries(files)) {
          const path = join(box, name);
          if (dirname(path) !== box) await mkdir(dirname(path), { recursive: true });
          await writeFile(path, content, { mode: 0o644 });
        }
        return await work(box);
      } finally {
        await rm(box, { recursive: true, force: true });
      }
    },
    async useOutput(needed, work) {
      if (!needed) return work(null);
      count += 1;
      const output = join(folder, String(count));
      await mkdir(output);
      // The compiler may run as another user; no other can reach the folder around it.
      await chmod(output, 0o777);
      try {
        return await work(output);
      } finally {
        await rm(output, { recursive: true, force: true });
      }
    },
    async keep() {
      count += 1;
      const box = join(folder, String(count));
      await mkdir(box);
      await chmod(box, 0o755);
      return box;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
