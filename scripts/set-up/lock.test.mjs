import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownerLives, withLock } from './lock.mjs';

let folder;
let file;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('two at once run one after the other, and the second says that it waits', async () => {
  const seen = [];
  const waits = [];
  const work = (name) => async () => {
    seen.push(`${name} begins`);
    await sleep(40);
    seen.push(`${name} ends`);
  };
  const options = { pollMilliseconds: 5, onWait: (pid) => waits.push(pid) };
  await Promise.all([withLock(file, work('a'), options), withLock(file, work('b'), options)]);
  expect(seen[1]).toBe(seen[0].replace('begins', 'ends'));
  expect(seen).toHaveLength(4);
  expect(waits).toEqual([process.pid]);
  expect(existsSync(file)).toBe(false);
});

test('the lock of a process that is gone, and half a lock, are taken over', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const content of [JSON.stringify({ pid, started: '1' }), '{"pid":', '']) {
    writeFileSync(file, content);
    expect(await withLock(file, async () => 'done', { pollMilliseconds: 5 })).toBe('done');
  }
});

test.runIf(process.platform === 'linux')('a reused pid is not the owner', () => {
  expect(ownerLives({ pid: process.pid, started: null })).toBe(true);
  expect(ownerLives({ pid: process.pid, started: '1' })).toBe(false);
});

test('the lock is released when the work fails', async () => {
  const failing = withLock(file, () => Promise.reject(new Error('no disk space')));
  await expect(failing).rejects.toThrow('no disk space');
  expect(existsSync(file)).toBe(false);
});
