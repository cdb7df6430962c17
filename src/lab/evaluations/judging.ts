/** Judges generations as they come, on all cores, and keeps every judgement at once. */
import { join } from 'node:path';
import type { Task } from '@shared/benchmark';
import type { Generation, Judgement } from '@shared/judgement';
import { appendLines, judgementReader, sampleKey } from './evaluation-files';
import type { Judge } from './judge/open-judge';
import { samplesAtOnce } from './judge/samples-at-once';

export class Judging {
  readonly #path: string;
  readonly #judge: Judge;
  readonly #tasks: ReadonlyMap<string, Task>;
  readonly #signal: AbortSignal;
  readonly #done: Set<string>;
  readonly #waiting: Generation[] = [];
  #unwritten: Judgement[] = [];
  #writing: Promise<void> | null = null;
  #active = 0;
  #judged: number;
  #busyMilliseconds = 0;
  #busySince = 0;
  #failure: unknown = null;
  #wake: () => void = () => undefined;

  /** Takes up what an earlier attempt left: judged samples are not judged again. */
  static async open(
    folder: string,
    judge: Judge,
    tasks: readonly Task[],
    signal: AbortSignal,
  ): Promise<Judging> {
    const known = await judgementReader(folder).readOn();
    return new Judging(folder, judge, tasks, signal, known);
  }

  private constructor(
    folder: string,
    judge: Judge,
    tasks: readonly Task[],
    signal: AbortSignal,
    known: readonly Judgement[],
  ) {
    this.#path = join(folder, 'judgements.jsonl');
    this.#judge = judge;
    this.#tasks = new Map(tasks.map((task) => [task.id, task]));
    this.#signal = signal;
    this.#done = new Set(known.map(sampleKey));
    this.#judged = known.length;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** Samples whose judgement is on the disk. */
  get judged(): number {
    return this.#judged;
  }

  /** How long at least one program was being judged. */
  get seconds(): number {
    return this.#busyMilliseconds / 1000;
  }

  add(generations: readonly Generation[]): void {
    for (const generation of generations) {
      if (this.#done.has(sampleKey(generation))) continue;
      this.#done.add(sampleKey(generation));
      this.#waiting.push(generation);
    }
    this.#begin();
  }

  /** Resolves when all that was added is judged and written, or when the signal is aborted. */
  async idle(): Promise<void> {
    while (!this.#signal.aborted && this.#busy()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    await this.#writing;
    if (this.#failure !== null) throw this.#failure;
  }

  #busy(): boolean {
    if (this.#failure !== null) return false;
    return (
      this.#active + this.#waiting.length + this.#unwritten.length > 0 || this.#writing !== null
    );
  }

  #begin(): void {
    while (this.#active < samplesAtOnce() && !this.#signal.aborted) {
      const generation = this.#waiting.shift();
      if (generation === undefined) return;
      if (this.#active === 0) this.#busySince = performance.now();
      this.#active += 1;
      void this.#one(generation)
        .catch((error: unknown) => {
          if (!this.#signal.aborted) this.#failure ??= error;
        })
        .finally(() => {
          this.#active -= 1;
          if (this.#active === 0) this.#busyMilliseconds += performance.now() - this.#busySince;
          this.#begin();
          this.#wake();
        });
    }
  }

  async #one(generation: Generation): Promise<void> {
    const task = this.#tasks.get(generation.taskId);
    // A generation for a task that the benchmark does not have cannot be judged; it is kept as it is.
    if (task === undefined) return;
    const judgement = await this.#judge.judge(task, generation, this.#signal);
    // Only now: while waiting, the list may have been taken by the writer.
    this.#unwritten.push(judgement);
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    try {
      while (this.#unwritten.length > 0) {
        const batch = this.#unwritten;
        this.#unwritten = [];
        await appendLines(this.#path, batch);
        this.#judged += batch.length;
      }
    } catch (error) {
      this.#failure ??= error;
    } finally {
      this.#writing = null;
      this.#wake();
    }
  }
}
