import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { endOrphans } from './end-orphans';
import { findSandbox } from './find-sandbox';

const program = {
  argv: ['/bin/sleep', '1000'] as const,
  ...{ readable: [], environment: {} },
  limits: { timeoutSeconds: 60, memoryMegabytes: 100, outputBytes: 1000, processes: 8 },
};

it.runIf(process.platform === 'linux')(
  'ends what a lab leaves that was killed while a sandbox started, and nothing else',
  async () => {
    const { sandbox } = await findSandbox();
    if (sandbox?.name !== 'bubblewrap') throw new Error('This test needs bubblewrap.');
    const mark = randomUUID();
    const start = () => {
      const { command, args, env } = sandbox.launch(program, tmpdir());
      return spawn(command, args, {
        env: { ...env, LORABENCH_BOX: mark },
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      });
    };
    const living = start();
    const before = await settled(() => withMark(mark));
    for (let round = 0; round < 80; round += 1) {
      const child = start();
      const ended = once(child, 'exit');
      await sleep(round / 8);
      // As when the whole lab is killed: only the outer process hears of it.
      child.kill('SIGKILL');
      await ended;
    }
    await sleep(200);
    endOrphans();
    await expect.poll(() => withMark(mark), { timeout: 20_000 }).toEqual(before);
    living.kill('SIGKILL');
    await expect.poll(() => withMark(mark), { timeout: 20_000 }).toEqual([]);
  },
  120_000,
);

/** What is the same, and something, four times in a row. */
async function settled(look: () => readonly string[]): Promise<readonly string[]> {
  let found: readonly string[] = [];
  for (let same = 0; same < 3; ) {
    await sleep(150);
    const now = look();
    same = now.length > 0 && now.join() === found.join() ? same + 1 : 0;
    found = now;
  }
  return found;
}

function withMark(mark: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}
