import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ChangeBus } from './changes';
import { defaultHome } from './default-home';
import { openHome } from './home';
import { newId } from './ids';
import { Store } from './store';

describe('the store of a lab home', () => {
  let folder: string;
  const path = () => join(folder, 'lab.db');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lorabench-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps what was committed, and nothing of a transaction that failed', () => {
    const store = new Store(path());
    const set = (key: string) => store.run('INSERT INTO settings VALUES (?, ?)', key, 'x');
    store.transaction(() => set('kept'));
    expect(() =>
      store.transaction(() => {
        set('lost');
        throw new Error('in the middle');
      }),
    ).toThrow('in the middle');
    store.close();
    const again = new Store(path());
    const keys = again.all(z.object({ key: z.string() }), 'SELECT key FROM settings');
    expect(keys).toEqual([{ key: 'kept' }]);
    again.close();
  });

  it('refuses a home that a newer version wrote, and leaves it as it is', () => {
    const store = new Store(path());
    store.run('UPDATE version SET number = 99');
    store.close();
    expect(() => new Store(path())).toThrow(LabError);
    expect(() => new Store(path())).toThrow(/newer Lorabench/);
  });

  it('does not accept rows that the schema does not know', () => {
    const store = new Store(path());
    store.run("INSERT INTO settings VALUES ('a', 'text')");
    expect(() =>
      store.all(z.object({ value: z.number() }), 'SELECT value FROM settings'),
    ).toThrow();
    store.close();
  });

  it('tells of changes to everybody who listens, through another connection too', async () => {
    const store = new Store(path());
    const other = new Store(path());
    const bus = new ChangeBus(store);
    const elsewhere = new ChangeBus(other);
    const ending = new AbortController();
    const heard: unknown[] = [];
    const listening = (async () => {
      for await (const changes of elsewhere.subscribe(ending.signal)) {
        heard.push(...changes);
        if (heard.length === 2) ending.abort();
      }
    })();
    bus.publish('runs', 'a');
    bus.publish('queue');
    await listening;
    expect(heard).toEqual([
      { topic: 'runs', id: 'a' },
      { topic: 'queue', id: null },
    ]);
    for (const open of [bus, elsewhere, store, other]) open.close();
  });
});

describe('a lab home', () => {
  it('lies where LORABENCH_HOME says, else where the system keeps application data', () => {
    expect(defaultHome({ LORABENCH_HOME: '/somewhere' }, 'linux')).toBe('/somewhere');
    expect(defaultHome({ XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/lorabench');
    expect(defaultHome({}, 'darwin')).toMatch(/Application Support\/Lorabench$/);
  });

  it('that cannot be made says why and what to do', () => {
    expect(() => openHome('/proc/no-such-place')).toThrow(/cannot be used/);
  });

  it('gives ids that sort by time and are safe file names', () => {
    const ids = Array.from({ length: 1000 }, newId);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-z]{26}$/);
  });
});
