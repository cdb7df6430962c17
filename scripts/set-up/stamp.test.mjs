import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sourceHash } from './built-output.mjs';
import { readStamp, writeStamp } from './stamp.mjs';

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lorabench-stamp-'));
  mkdirSync(join(root, 'src/lab'), { recursive: true });
  writeFileSync(join(root, 'src/lab/queue.ts'), 'export const queue = 1;');
});
afterEach(() => rmSync(root, { recursive: true }));

const hash = () => sourceHash(root, ['src', 'absent.json']);

test('a build is out of date when a source changes, appears or is renamed', () => {
  const before = hash();
  writeFileSync(join(root, 'src/lab/queue.ts'), 'export const queue = 2;');
  const changed = hash();
  writeFileSync(join(root, 'src/lab/store.ts'), '');
  const appeared = hash();
  expect(new Set([before, changed, appeared]).size).toBe(3);
});

test('touching a file or changing a test does not ask for a new build', () => {
  const before = hash();
  utimesSync(join(root, 'src/lab/queue.ts'), 1, 1);
  writeFileSync(join(root, 'src/lab/queue.test.ts'), 'a test');
  expect(hash()).toBe(before);
});

test('a stamp that was cut off counts as none', async () => {
  const file = join(root, 'out/.stamp.json');
  expect(readStamp(file)).toEqual({});
  await writeStamp(file, { sources: 'abc' });
  expect(readStamp(file)).toEqual({ sources: 'abc' });
  writeFileSync(file, '{"sources":"ab');
  expect(readStamp(file)).toEqual({});
});
