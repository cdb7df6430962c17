import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabContext } from '../context';
import { placesIn } from '../shell/places';
import { ChangeBus } from '../store/changes';
import { openHome } from '../store/home';
import { Store } from '../store/store';
import { createCorporaService } from './corpora-service';
import { findCorpus } from './find-corpora';

const root = join(import.meta.dirname, '../../..');
let context: LabContext;

beforeEach(() => {
  const home = openHome(mkdtempSync(join(tmpdir(), 'lorabench-home-')));
  const store = new Store(home.database);
  context = {
    home,
    store,
    changes: new ChangeBus(store),
    log: pino({ level: 'silent' }),
    places: placesIn(root, process.env),
  };
});
afterEach(() => {
  context.store.close();
  rmSync(context.home.folder, { recursive: true });
});

function writeCorpus(folder: string, version: string, rows: string): string {
  const path = join(context.home.corpora, folder);
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, 'corpus.json'),
    JSON.stringify({
      ...{ schemaVersion: 1, name: 'mine', version, title: 'Mine', description: '' },
      ...{ format: 'alpaca', file: 'rows.jsonl', license: 'MIT' },
    }),
  );
  writeFileSync(join(path, 'rows.jsonl'), rows);
  return join(path, 'rows.jsonl');
}

describe('corpora', () => {
  it('are listed with the number of their examples', async () => {
    writeCorpus('mine', 'v2', '{"instruction": "a"}\n\n{"instruction": "b"}');
    const corpora = await createCorporaService(context).list();
    expect(corpora.map(({ name, source, examples }) => [name, source, examples])).toEqual([
      ['mine', 'user', 2],
      ['starter', 'shipped', expect.any(Number)],
    ]);
    expect(corpora[1]?.examples).toBeGreaterThanOrEqual(1000);
  });

  it('are found by name (newest version), by name and version, and as a file', async () => {
    const second = writeCorpus('mine/v2', 'v2', '{}');
    const tenth = writeCorpus('mine/v10', 'v10', '{}');
    expect(await findCorpus(context, 'mine')).toMatchObject({ path: tenth, version: 'v10' });
    expect(await findCorpus(context, 'mine@v2')).toMatchObject({ path: second, version: 'v2' });
    expect(await findCorpus(context, second)).toEqual({
      source: second,
      path: second,
      version: null,
    });
    await expect(findCorpus(context, 'mine@v3')).rejects.toThrow(/no corpus mine@v3/);
  });

  it("are checked by the worker's rules, row by row", async () => {
    const file = join(context.home.folder, 'rows.jsonl');
    const good = {
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
      ],
    };
    const lines = [
      JSON.stringify(good),
      '{"broken"',
      '{"messages": [{"role": "user", "content": "x"}]}',
    ];
    writeFileSync(file, lines.join('\n'));
    const report = await createCorporaService(context).validate({
      ...{ source: file, model: 'starter', maxLength: 64 },
    });
    expect(report).toMatchObject({ rows: 3, usable: 1, format: 'chatml' });
    expect(report.badRows.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'broken_json'],
      [3, 'no_assistant_turn'],
    ]);
    expect(report.tokens?.total).toBeGreaterThan(2);
  }, 60_000);
});
