/** Layouts in which benchmarks are published, read into tasks and written from them. */
import type { Task } from '@shared/benchmark';
import type { z } from 'zod';

/** What a layout makes of one row. `toolchain` null: the layout does not say. */
export interface ReadRow {
  readonly task: Task;
  readonly toolchain: string | null;
}

export interface RowLayout<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly schema: Schema;
  /** @throws Error with what the row lacks, in words */
  read(row: z.output<Schema>, options: ReadOptions): ReadRow;
  /** The row of a task; null when the layout has no place for what the task needs. */
  write(task: Task): z.input<Schema> | null;
}

export interface ReadOptions {
  /** Of tasks that name none. */
  readonly category: string;
}

/** Keeps the parts of a layout together without losing the type of its rows. */
export function rowLayout<Schema extends z.ZodType>(layout: RowLayout<Schema>): RowLayout<Schema> {
  return layout;
}
