import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { packagesMatch } from './node-packages.mjs';
import { cacheFolder, environmentFolder } from './paths.mjs';
import { createProgress, formatBytes, formatSeconds } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { isNodeRecent, setUp } from './set-up.mjs';

function recorder() {
  const stream = new PassThrough();
  return { progress: createProgress(stream), said: () => text(stream.end() && stream) };
}

test('nothing is said when nothing is missing', async () => {
  const { progress, said } = recorder();
  await setUp([{ name: 'Done', isDone: () => true, run: () => Promise.reject() }], progress);
  expect(await said()).toBe('');
});

test('without a terminal each missing step is one line', async () => {
  const { progress, said } = recorder();
  const done = new Set(['Second']);
  const step = (name, result) => ({
    name,
    note: '1.6 GB',
    isDone: () => done.has(name),
    run: async () => {
      done.add(name);
      return result;
    },
  });
  await setUp([step('First', '3 packages'), step('Second'), step('Third')], progress);
  expect((await said()).replaceAll(/\d\.\d s/g, '0.0 s')).toBe(
    '  [1/2] First (1.6 GB) … 3 packages, 0.0 s\n  [2/2] Third (1.6 GB) … 0.0 s\n',
  );
});

test('steps of different lanes run at the same time, and each after what it needs', async () => {
  const { progress, said } = recorder();
  const log = [];
  const step = (name, lane, after) => {
    let done = false;
    return {
      ...{ name, lane, after },
      isDone: () => done,
      run: async () => {
        log.push(`${name} begins`);
        await new Promise((wake) => setImmediate(wake));
        log.push(`${name} ends`);
        done = true;
      },
    };
  };
  const packages = step('Packages', 'node');
  const libraries = step('Libraries', 'system');
  await setUp(
    [libraries, packages, step('Browser', 'system', [packages]), step('Window', 'node')],
    progress,
  );
  const order = (...entries) => entries.map((entry) => log.indexOf(entry));
  expect(log).toHaveLength(8);
  expect(log.slice(0, 2)).toEqual(['Libraries begins', 'Packages begins']);
  for (const [before, after] of [
    order('Packages ends', 'Browser begins'),
    order('Libraries ends', 'Browser begins'),
    order('Packages ends', 'Window begins'),
  ])
    expect(before).toBeLessThan(after);
  expect(
    (await said())
      .replaceAll(/\d\.\d s/g, '0.0 s')
      .split('\n')
      .slice(0, 4),
  ).toEqual([
    '  [1/4] Libraries … ',
    '  [2/4] Packages … ',
    '✓ [1/4] Libraries: 0.0 s',
    '✓ [2/4] Packages: 0.0 s',
  ]);
});

test('after a failure nothing new begins, and what runs is waited for', async () => {
  const { progress, said } = recorder();
  let ended = false;
  const steps = [
    { name: 'Bad', lane: 'a', isDone: () => false, run: () => Promise.reject(new Error('no')) },
    { name: 'Next', lane: 'a', isDone: () => false, run: () => Promise.resolve() },
    {
      name: 'Long',
      lane: 'b',
      isDone: () => false,
      run: async () => {
        for (let turn = 0; turn < 5; turn += 1) await new Promise((wake) => setImmediate(wake));
        ended = true;
      },
    },
  ];
  await expect(setUp(steps, progress)).rejects.toThrow('no');
  expect(ended).toBe(true);
  const text = await said();
  expect(text).toContain('✗ [1/3] Bad: failed');
  expect(text).not.toContain('Next');
});

test('a failing program leaves its last lines', async () => {
  const script = 'console.log("fetching"); console.error("no space left"); process.exit(3)';
  await expect(runCommand(process.execPath, ['-e', script])).rejects.toMatchObject({
    message: expect.stringContaining('exit code 3'),
    lines: expect.arrayContaining(['no space left']),
  });
  await expect(runCommand('no-such-program', [])).rejects.toThrow('no-such-program');
});

test('packages installed by hand are accepted when each has the version of the lock', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { optional: true },
    },
  };
  const installed = (version) => ({ packages: { 'node_modules/a': { version } } });
  expect(packagesMatch(lock, installed('1.0.0'))).toBe(true);
  expect(packagesMatch(lock, installed('1.0.1'))).toBe(false);
  expect(packagesMatch(lock, { packages: {} })).toBe(false);
});

test('times and sizes are readable', () => {
  expect([0.04, 9.96, 61, 89.7, 125].map(formatSeconds)).toEqual([
    '0.0 s',
    '10.0 s',
    '61 s',
    '90 s',
    '2 min 05 s',
  ]);
  expect([0, 999, 196_264_810, 1_600_000_000].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '196 MB',
    '1.6 GB',
  ]);
});

test('every environment lies in the one folder that LORABENCH_ENVIRONMENTS names', () => {
  expect(environmentFolder({ LORABENCH_ENVIRONMENTS: '/big' })).toBe(join('/big', 'torch-cpu'));
  expect(environmentFolder({ LORABENCH_ENVIRONMENTS: '/big' }, 'mlx')).toBe(join('/big', 'mlx'));
});

test('the cache folder follows the system and the override', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe('/c/lorabench');
  expect(cacheFolder({ LORABENCH_CACHE: '/big' }, 'linux')).toBe('/big');
});

test('a Node that is too old is told apart', () => {
  expect(['18.20.0', '20.16.1', '20.17.0', '22.1.0', '26.0.0'].map(isNodeRecent)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});
