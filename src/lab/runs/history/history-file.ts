/**
 * A history kept beside its events, so that a long run opens at once. Only a cache: a missing, old
 * or damaged file is rebuilt from `events.jsonl`. Layout: length of the head (uint32), head as JSON,
 * padding to 8 bytes, then each column's float64 values one after the other.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { historyFactsSchema, RunHistory } from './run-history';
import { columnNames, StepColumns } from './step-columns';

const headSchema = z.object({
  format: z.literal('lorabench-history-1'),
  rows: z.int().min(0),
  facts: historyFactsSchema,
});

export function historyPath(folder: string): string {
  return join(folder, '.history-1.bin');
}

export async function saveHistory(folder: string, history: RunHistory): Promise<void> {
  const { steps, facts } = history;
  const head = Buffer.from(
    JSON.stringify({ format: 'lorabench-history-1', rows: steps.length, facts }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const padding = Buffer.alloc((8 - ((4 + head.length) % 8)) % 8);
  const columns = columnNames.map((name) => {
    const column = steps.column(name);
    return Buffer.from(column.buffer, column.byteOffset, column.byteLength);
  });
  const bytes = Buffer.concat([length, head, padding, ...columns]);
  await writeFileAtomic(historyPath(folder), bytes, { fsync: false });
}

/** The kept history, or null when there is none that fits the format. */
export async function loadHistory(folder: string): Promise<RunHistory | null> {
  try {
    const bytes = await readFile(historyPath(folder));
    const headLength = bytes.readUInt32LE(0);
    const head = headSchema.parse(JSON.parse(bytes.toString('utf8', 4, 4 + headLength)));
    const start = Math.ceil((4 + headLength) / 8) * 8;
    if (bytes.length !== start + columnNames.length * head.rows * 8) return null;
    return new RunHistory(columnsFrom(bytes, start, head.rows), head.facts);
  } catch {
    return null;
  }
}

function columnsFrom(bytes: Buffer, start: number, rows: number): StepColumns {
  const column = (index: number): Float64Array => {
    const values = new Float64Array(Math.max(rows, 16));
    const from = start + index * rows * 8;
    Buffer.from(values.buffer).set(bytes.subarray(from, from + rows * 8));
    return values;
  };
  const entries = columnNames.map((name, index) => [name, column(index)] as const);
  return new StepColumns(
    Object.fromEntries(entries) as ConstructorParameters<typeof StepColumns>[0],
    rows,
  );
}
