/** The files of an evaluation: generations and judgements, one JSON object a line, append-only. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task } from '@shared/benchmark';
import {
  type Generation,
  generationSchema,
  type Judgement,
  judgementSchema,
} from '@shared/judgement';
import type { z } from 'zod';
import { readTasks } from '../benchmarks/load-benchmark';
import { readJsonLines } from '../process/json-lines';

/** Names one sample of one task. */
export const sampleKey = (of: { readonly taskId: string; readonly sample: number }): string =>
  `${of.sample} ${of.taskId}`;

/** Reads on in a JSONL file of samples; each sample is given once, the first time it occurs. */
export class SampleReader<Schema extends z.ZodType<Generation | Judgement>> {
  readonly #path: string;
  readonly #schema: Schema;
  readonly #seen = new Set<string>();
  #offset = 0;

  constructor(path: string, schema: Schema) {
    this.#path = path;
    this.#schema = schema;
  }

  get count(): number {
    return this.#seen.size;
  }

  /** The samples that were appended since the last call. Half lines wait; garbage is passed over. */
  async readOn(): Promise<z.output<Schema>[]> {
    const fresh: z.output<Schema>[] = [];
    for (;;) {
      const read = await readJsonLines(this.#path, this.#offset);
      if (read.offset === this.#offset) return fresh;
      this.#offset = read.offset;
      for (const { value } of read.lines) {
        const parsed = this.#schema.safeParse(value);
        if (!parsed.success || this.#seen.has(sampleKey(parsed.data))) continue;
        this.#seen.add(sampleKey(parsed.data));
        fresh.push(parsed.data);
      }
    }
  }
}

export function generationReader(folder: string) {
  return new SampleReader(join(folder, 'generations.jsonl'), generationSchema);
}

export function judgementReader(folder: string) {
  return new SampleReader(join(folder, 'judgements.jsonl'), judgementSchema);
}

export async function tasksOf(folder: string): Promise<readonly Task[]> {
  return readTasks(join(folder, 'tasks.jsonl'));
}

/** Appends objects as lines and waits until they are on the disk. A half line before is closed off. */
export async function appendLines(path: string, values: readonly object[]): Promise<void> {
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const open = size > 0 && last[0] !== 0x0a ? '\n' : '';
    await file.write(open + values.map((value) => `${JSON.stringify(value)}\n`).join(''));
    await file.datasync();
  } finally {
    await file.close();
  }
}
