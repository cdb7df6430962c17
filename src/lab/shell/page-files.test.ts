import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPageFile } from './page-files';

describe('the files of the window', () => {
  const base = mkdtempSync(join(tmpdir(), 'lorabench-pages-'));
  const folder = join(base, 'page');

  beforeAll(() => {
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), '<title>window</title>');
    writeFileSync(join(folder, 'assets', 'a-1.js'), '1');
    writeFileSync(join(base, 'secret.json'), '{}');
    symlinkSync(join(base, 'secret.json'), join(folder, 'assets', 'link.json'));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it('are served with their type, and hashed ones for ever', async () => {
    expect(await readPageFile(folder, '/assets/a-1.js')).toEqual({
      body: Buffer.from('1'),
      type: 'text/javascript; charset=utf-8',
      immutable: true,
    });
  });

  it('answer every page of the window with index.html', async () => {
    for (const path of ['/', '/runs/01abc', '/evaluations/01abc']) {
      const file = await readPageFile(folder, path);
      expect(file?.body.toString()).toBe('<title>window</title>');
      expect(file?.immutable).toBe(false);
    }
  });

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/assets/..%2f..%2fsecret.json',
    '/..%5csecret.json',
    '/assets/link.json',
    '/assets/missing.js',
    '/%00.js',
    '/%zz.js',
    '/assets/a-1.sh',
  ])('are never left through %s', async (path) => {
    expect(await readPageFile(folder, path)).toBeNull();
  });
});
