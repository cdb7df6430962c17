/**
 * The index of a lab home: SQLite in WAL mode behind a thin layer whose rows are `unknown` until a
 * schema has parsed them. Several processes may open the same home.
 */
import {
  DatabaseSync,
  type DatabaseSyncInstance,
  type StatementSyncInstance,
} from '@photostructure/sqlite';
import { LabError } from '@shared/errors';
import type { z } from 'zod';
import { migrations } from './migrations';

export type Parameter = string | number | null | Uint8Array;

/** SQLite before 3.51.3 can corrupt a WAL that several connections use. */
const oldestSafeSqlite = [3, 51, 3] as const;

export class Store {
  readonly #database: DatabaseSyncInstance;
  readonly #statements = new Map<string, StatementSyncInstance>();
  #depth = 0;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec('PRAGMA busy_timeout = 10000');
    this.#database.exec('PRAGMA journal_mode = WAL');
    // NORMAL may lose the last transactions on power loss, never the file; the folders hold the truth,
    // but the queue lives here alone, so every commit is synced.
    this.#database.exec('PRAGMA synchronous = FULL');
    this.#database.exec('PRAGMA foreign_keys = ON');
    assertSafeVersion(this.value('SELECT sqlite_version()'));
    this.#migrate(path);
  }

  /** All rows of a query, each parsed by `schema`. */
  all<Schema extends z.ZodType>(
    schema: Schema,
    sql: string,
    ...parameters: readonly Parameter[]
  ): z.output<Schema>[] {
    return this.#statement(sql)
      .all(...parameters)
      .map((row: unknown) => schema.parse(row));
  }

  /** The first row, or null. */
  first<Schema extends z.ZodType>(
    schema: Schema,
    sql: string,
    ...parameters: readonly Parameter[]
  ): z.output<Schema> | null {
    const row = this.#statement(sql).get(...parameters);
    return row === undefined ? null : schema.parse(row);
  }

  /** The first column of the first row; undefined without a row. */
  value(sql: string, ...parameters: readonly Parameter[]): unknown {
    const row: unknown = this.#statement(sql).get(...parameters);
    return typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined;
  }

  /** Runs a statement; returns how many rows it changed. */
  run(sql: string, ...parameters: readonly Parameter[]): number {
    return Number(this.#statement(sql).run(...parameters).changes);
  }

  /** All or nothing; nested calls join the outer transaction. `work` must not wait for anything. */
  transaction<Result>(work: () => Result): Result {
    if (this.#depth > 0) return work();
    this.#database.exec('BEGIN IMMEDIATE');
    this.#depth += 1;
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): StatementSyncInstance {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#database.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  #migrate(path: string): void {
    this.transaction(() => {
      this.#database.exec('CREATE TABLE IF NOT EXISTS version (number INTEGER NOT NULL) STRICT');
      const found = Number(this.value('SELECT number FROM version') ?? 0);
      if (found > migrations.length) {
        throw new LabError({
          code: 'unavailable',
          what: 'This lab home was written by a newer Lorabench.',
          why: `${path} has version ${found}; this program knows up to ${migrations.length}.`,
          fix: 'Update Lorabench, or choose another home with --home.',
        });
      }
      for (const step of migrations.slice(found)) this.#database.exec(step);
      this.#database.exec('DELETE FROM version');
      this.run('INSERT INTO version (number) VALUES (?)', migrations.length);
    });
  }
}

function assertSafeVersion(version: unknown): void {
  const parts = String(version).split('.').map(Number);
  for (const [index, needed] of oldestSafeSqlite.entries()) {
    const part = parts[index] ?? 0;
    if (part > needed) return;
    if (part < needed) {
      throw new LabError({
        code: 'unavailable',
        what: `SQLite ${String(version)} is too old.`,
        why: `Before ${oldestSafeSqlite.join('.')} several processes can corrupt the same database.`,
        fix: 'Reinstall the packages with npm ci.',
      });
    }
  }
}
