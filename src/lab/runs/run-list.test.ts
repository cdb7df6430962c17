import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChangeBus } from '../store/changes';
import { Store } from '../store/store';
import { RunList } from './run-list';
import { runSummaries } from './run-summary';

let folder: string;
let store: Store;
let other: Store;
let changes: ChangeBus;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-list-'));
  store = new Store(join(folder, 'lab.db'));
  // Writes come from another process that shares the home.
  other = new Store(join(folder, 'lab.db'));
  changes = new ChangeBus(other);
});
afterEach(() => {
  changes.close();
  store.close();
  other.close();
  rmSync(folder, { recursive: true });
});

function addRun(id: string, minute = 0): void {
  other.run(
    `INSERT INTO runs (id, name, preset, model, corpus, quantization, rank, spec_json, progress_json, created_at)
     VALUES (?, ?, 'p', 'm', 'c', 'none', 16, '{}', '{}', ?)`,
    id,
    `name ${id}`,
    new Date(1_700_000_000_000 + minute * 60_000).toISOString(),
  );
  changes.publish('runs', id);
}

function addJob(id: string, target: string, state: string): void {
  other.run(
    `INSERT INTO jobs (id, kind, state, title, target_id, after_json, position, created_at)
     VALUES (?, 'train', ?, 't', ?, '[]', 1, '2026')`,
    id,
    state,
    target,
  );
  changes.publish('queue', id);
}

function addEvaluation(id: string, kind: string, runId: string | null): void {
  other.run(
    `INSERT INTO evaluations (id, created_at, subject_kind, subject_label, run_id, benchmark, key, base_hash, samples, spec_json)
     VALUES (?, '2026', ?, ?, ?, 'b', 'key', 'hash', 1, '{}')`,
    id,
    kind,
    id,
    runId,
  );
  changes.publish('evaluations', id);
}

describe('the list of runs', () => {
  it('always equals what reading everything anew gives', () => {
    const list = new RunList(store);
    const same = () => expect(list.all()).toEqual(runSummaries(store));
    same();
    addRun('a', 1);
    addRun('b', 2);
    same();
    other.run("UPDATE runs SET loss = 0.5, name = 'renamed' WHERE id = 'a'");
    changes.publish('runs', 'a');
    same();
    expect(list.all().find(({ id }) => id === 'a')?.name).toBe('renamed');
    addJob('j', 'b', 'running');
    same();
    expect(list.all()[0]).toMatchObject({ id: 'b', status: 'running' });
    addEvaluation('tuned', 'run', 'a');
    same();
    addEvaluation('base', 'base-model', null);
    same();
    expect(list.all().find(({ id }) => id === 'a')?.evaluations).toHaveLength(2);
    other.run("UPDATE runs SET deleted = 1 WHERE id = 'b'");
    changes.publish('runs', 'b');
    same();
    expect(list.all()).toHaveLength(1);
  });

  it('reads everything anew when a change names nothing, or older changes are gone', () => {
    const list = new RunList(store);
    addRun('a');
    list.all();
    other.run("UPDATE runs SET loss = 1 WHERE id = 'a'");
    changes.publish('runs');
    expect(list.all()[0]?.loss).toBe(1);
    other.run("UPDATE runs SET loss = 2 WHERE id = 'a'");
    changes.publish('runs', 'nobody');
    changes.publish('runs', 'nobody');
    other.run('DELETE FROM changes WHERE number < (SELECT max(number) FROM changes)');
    expect(list.all()[0]?.loss).toBe(2);
  });

  it('reads only what changed', () => {
    other.transaction(() => {
      for (let number = 0; number < 200; number += 1) addRun(`r${String(number).padStart(3, '0')}`);
    });
    const list = new RunList(store);
    const before = new Map(list.all().map((run) => [run.id, run]));
    other.run("UPDATE runs SET loss = 3 WHERE id = 'r100'");
    changes.publish('runs', 'r100');
    const fresh = list.all().filter((run) => before.get(run.id) !== run);
    expect(fresh.map(({ id }) => id)).toEqual(['r100']);
  });
});
