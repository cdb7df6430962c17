/** Files of an evaluation that answers in rounds; everything in them is there once and stays. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentAsk,
  agentAskSchema,
  type RoundAnswer,
  type RoundCheck,
  roundAnswerSchema,
  roundCheckSchema,
} from '@shared/agent';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { readJsonLines } from '../../process/json-lines';
import { appendLines } from '../evaluation-files';

/** Whether a program at the end of a round would have passed; of rounds that were not the last. */
export const roundVerdictSchema = z.object({
  taskId: z.string(),
  sample: z.int().min(0),
  round: z.int().min(1),
  passed: z.boolean(),
});
export type RoundVerdict = Readonly<z.infer<typeof roundVerdictSchema>>;

export interface RoundPlace {
  readonly taskId: string;
  readonly sample: number;
  readonly round: number;
}

export const roundKey = ({ taskId, sample, round }: RoundPlace): string =>
  `${round} ${sample} ${taskId}`;

/** Reads on in a file of lines about rounds; each place is given once, the first time it occurs. */
class RoundReader<Schema extends z.ZodType<RoundPlace>> {
  readonly #path: string;
  readonly #schema: Schema;
  readonly #seen = new Set<string>();
  #offset = 0;

  constructor(path: string, schema: Schema) {
    this.#path = path;
    this.#schema = schema;
  }

  async readOn(): Promise<z.output<Schema>[]> {
    const fresh: z.output<Schema>[] = [];
    for (;;) {
      const read = await readJsonLines(this.#path, this.#offset);
      if (read.offset === this.#offset) return fresh;
      this.#offset = read.offset;
      for (const { value } of read.lines) {
        const parsed = this.#schema.safeParse(value);
        if (!parsed.success || this.#seen.has(roundKey(parsed.data))) continue;
        this.#seen.add(roundKey(parsed.data));
        fresh.push(parsed.data);
      }
    }
  }
}

export const answerReader = (folder: string) =>
  new RoundReader(join(folder, 'rounds.jsonl'), roundAnswerSchema);

export const checkReader = (folder: string) =>
  new RoundReader(join(folder, 'checks.jsonl'), roundCheckSchema);

export const verdictReader = (folder: string) =>
  new RoundReader(join(folder, 'round-verdicts.jsonl'), roundVerdictSchema);

export const addAnswer = (folder: string, answer: RoundAnswer): Promise<void> =>
  appendLines(join(folder, 'rounds.jsonl'), [answer]);

export const addCheck = (folder: string, check: RoundCheck): Promise<void> =>
  appendLines(join(folder, 'checks.jsonl'), [check]);

export const addVerdict = (folder: string, verdict: RoundVerdict): Promise<void> =>
  appendLines(join(folder, 'round-verdicts.jsonl'), [verdict]);

const asksPath = (folder: string, round: number): string => join(folder, `asks-${round}.jsonl`);

/** Whole or not at all: a worker may be waiting for it. */
export async function writeAsks(
  folder: string,
  round: number,
  asks: readonly AgentAsk[],
): Promise<void> {
  const text = asks.map((ask) => `${JSON.stringify(ask)}\n`).join('');
  await writeFileAtomic(asksPath(folder, round), text);
}

/** Null when nobody has asked in that round yet. */
export async function readAsks(folder: string, round: number): Promise<AgentAsk[] | null> {
  const text = await readFile(asksPath(folder, round), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => agentAskSchema.parse(JSON.parse(line)));
}
