/**
 * An agent loop over all samples of an evaluation, round by round: answer → compile, run, gates →
 * answer again with what these said. It goes by the files in the evaluation's folder alone, so that
 * it can be taken up at any point and nothing is asked or checked twice.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentAsk, RoundAnswer, RoundCheck } from '@shared/agent';
import type { Task } from '@shared/benchmark';
import type { EvaluationSpec } from '@shared/evaluation';
import type { Generation } from '@shared/judgement';
import PQueue from 'p-queue';
import { appendLines, generationReader, sampleKey } from '../evaluation-files';
import type { Judge } from '../judge/open-judge';
import { samplesAtOnce } from '../judge/samples-at-once';
import {
  addCheck,
  answerReader,
  checkReader,
  type RoundPlace,
  readAsks,
  roundKey,
  writeAsks,
} from './agent-files';
import { checkOf, fixPrompt } from './fix-prompt';

const lookMilliseconds = 100;

export interface AgentParts {
  readonly folder: string;
  readonly spec: EvaluationSpec;
  readonly tasks: readonly Task[];
  readonly judge: Pick<Judge, 'check' | 'extract' | 'fence'>;
  readonly signal: AbortSignal;
  /** Of a local model: equal repeats are answered once. */
  readonly once: boolean;
  /** Told what it does now. */
  readonly tell: (message: string) => void;
}

/** The answers of a round are not all there and no more will come. */
export class AnswersMissing extends Error {}

/** Makes sure that the asked samples get their answers into `rounds.jsonl`; may end before. */
export type Answer = (round: number, asks: readonly AgentAsk[]) => Promise<void>;

export class AgentLoop {
  readonly #parts: AgentParts;
  readonly #tasks: ReadonlyMap<string, Task>;
  readonly #rounds: number;
  readonly #reader;
  readonly #answers = new Map<string, RoundAnswer>();
  readonly #checks = new Map<string, RoundCheck>();
  readonly #checking = new PQueue({ concurrency: samplesAtOnce() });
  readonly #finished = new Set<string>();
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown = null;

  private constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#tasks = new Map(parts.tasks.map((task) => [task.id, task]));
    this.#rounds = parts.spec.agent?.rounds ?? 1;
    this.#reader = answerReader(parts.folder);
  }

  static async open(parts: AgentParts): Promise<AgentLoop> {
    const loop = new AgentLoop(parts);
    for (const check of await checkReader(parts.folder).readOn()) {
      loop.#checks.set(roundKey(check), check);
    }
    const finished = await generationReader(parts.folder).readOn();
    for (const generation of finished) loop.#finished.add(sampleKey(generation));
    await loop.#readOn();
    return loop;
  }

  /**
   * Resolves when every sample has its line in `generations.jsonl`.
   * @throws AnswersMissing; what `answer` throws; whatever the signal was aborted with
   */
  async run(answer: Answer): Promise<void> {
    for (let round = 1; round <= this.#rounds; round += 1) {
      const asks = await this.#asksOf(round);
      if (asks.length === 0) return;
      this.#parts.tell(`round ${round} of ${this.#rounds}: ${asks.length} programs`);
      await this.#collect(round, asks, answer);
    }
  }

  /** What is asked in a round; written down before anybody asks it. */
  async #asksOf(round: number): Promise<readonly AgentAsk[]> {
    const { folder } = this.#parts;
    const known = await readAsks(folder, round);
    if (known !== null) return known;
    const asks = round === 1 ? this.#firstAsks() : await this.#nextAsks(round);
    await writeAsks(folder, round, asks);
    return asks;
  }

  #firstAsks(): AgentAsk[] {
    const { spec, tasks, once } = this.#parts;
    const { repeats, temperature } = spec.comparability.sampling;
    const samples = once && temperature === 0 ? 1 : repeats;
    return tasks.flatMap(({ id, prompt }) =>
      Array.from({ length: samples }, (_, sample) => ({ taskId: id, sample, prompt })),
    );
  }

  async #nextAsks(round: number): Promise<AgentAsk[]> {
    const before = (await readAsks(this.#parts.folder, round - 1)) ?? [];
    return before.flatMap(({ taskId, sample }) => {
      const task = this.#tasks.get(taskId);
      const place = { taskId, sample, round: round - 1 };
      const check = this.#checks.get(roundKey(place));
      if (task === undefined || check === undefined || this.#isLast(check)) return [];
      const { judge } = this.#parts;
      const program = judge.extract(this.#answers.get(roundKey(place))?.text ?? '');
      const prompt = fixPrompt(task, program, check.problems, judge.fence);
      return [{ taskId, sample, prompt }];
    });
  }

  #isLast({ clean, ours, round }: RoundCheck): boolean {
    return clean || ours || round >= this.#rounds;
  }

  /** Waits until everything that was asked in the round is answered and checked. */
  async #collect(round: number, asks: readonly AgentAsk[], answer: Answer): Promise<void> {
    const places = asks.map(({ taskId, sample }) => roundKey({ taskId, sample, round }));
    const unanswered = asks.filter((_, at) => !this.#answers.has(places[at] ?? ''));
    const answering = { over: unanswered.length === 0, failure: null as unknown };
    if (unanswered.length > 0) {
      answer(round, unanswered).then(
        () => {
          answering.over = true;
        },
        (error: unknown) => {
          answering.over = true;
          answering.failure = error;
        },
      );
    }
    for (;;) {
      const { over } = answering;
      await this.#readOn();
      this.#parts.signal.throwIfAborted();
      if (places.every((place) => this.#answers.has(place))) break;
      if (over && answering.failure !== null) throw answering.failure;
      if (over) throw new AnswersMissing(`Round ${round} has not all of its answers.`);
      await sleep(lookMilliseconds);
    }
    await this.#checking.onIdle();
    await this.#writing;
    this.#parts.signal.throwIfAborted();
    if (this.#failure !== null) throw this.#failure;
  }

  async #readOn(): Promise<void> {
    for (const answer of await this.#reader.readOn()) {
      this.#answers.set(roundKey(answer), answer);
      const known = this.#checks.get(roundKey(answer));
      if (known !== undefined) {
        this.#settle(known);
        continue;
      }
      this.#checking
        .add(() => this.#check(answer))
        .catch((error: unknown) => {
          this.#failure ??= error;
        });
    }
  }

  async #check(answer: RoundAnswer): Promise<void> {
    const { folder, judge, signal } = this.#parts;
    const task = this.#tasks.get(answer.taskId);
    if (task === undefined || signal.aborted) return;
    const check = checkOf(answer, await judge.check(task, answer, signal));
    this.#write(() => addCheck(folder, check));
    this.#checks.set(roundKey(check), check);
    this.#settle(check);
  }

  /** Writes the sample's generation when there will be no further round. */
  #settle(check: RoundCheck): void {
    const place = sampleKey(check);
    if (!this.#isLast(check) || this.#finished.has(place)) return;
    this.#finished.add(place);
    const generations = this.#copies(this.#generationOf(check));
    const path = join(this.#parts.folder, 'generations.jsonl');
    this.#write(() => appendLines(path, generations));
  }

  /** The last program that there is, with the cost of all rounds. */
  #generationOf({ taskId, sample, round }: RoundPlace): Generation {
    const places = Array.from({ length: round }, (_, at) =>
      roundKey({ taskId, sample, round: at + 1 }),
    );
    const answers = places.flatMap((place) => this.#answers.get(place) ?? []);
    const hasProgram = (place: string) =>
      this.#checks.get(place)?.problems.some(({ stage }) => stage === 'extract') === false;
    const last = this.#answers.get(places.findLast(hasProgram) ?? '') ?? answers.at(-1);
    if (last === undefined) throw new Error(`${taskId} was checked before it was answered`);
    // No answer is a failure of ours, whatever an earlier round had.
    const newest = answers.at(-1);
    const { round: _, ...generation } = newest?.finishReason === 'error' ? newest : last;
    const sum = (name: 'promptTokens' | 'completionTokens' | 'seconds') =>
      answers.reduce((total, one) => total + one[name], 0);
    return {
      ...generation,
      promptTokens: sum('promptTokens'),
      completionTokens: sum('completionTokens'),
      seconds: sum('seconds'),
    };
  }

  #copies(generation: Generation): Generation[] {
    const { spec, once } = this.#parts;
    const { repeats, temperature } = spec.comparability.sampling;
    if (!once || temperature > 0) return [generation];
    return Array.from({ length: repeats }, (_, sample) => ({ ...generation, sample }));
  }

  /** One line at a time: two appends at once could mix. */
  #write(append: () => Promise<void>): void {
    this.#writing = this.#writing.then(append).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }
}
