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
    await sleep(500);
    const before = withMark(mark);
    for (let round = 0; round < 80; round += 1) {
      const child = start();
      const closed = once(child, 'close');
      await sleep(round / 8);
      // As when the whole lab is killed: only the outer process hears of it.
      child.kill('SIGKILL');
      await closed;
    }
    await sleep(200);
    endOrphans();
    await expect.poll(() => withMark(mark), { timeout: 3_000 }).toEqual(before);
    living.kill('SIGKILL');
    await expect.poll(() => withMark(mark), { timeout: 3_000 }).toEqual([]);
  },
  60_000,
);

function withMark(mark: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}
