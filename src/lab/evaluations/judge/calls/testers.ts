/**
 * The processes that run hidden tests. They run no generated code, so one serves many samples; each
 * has a sandbox of its own all the same, because a benchmark may come from anywhere.
 */

import { assertNever } from '@shared/assert-never';
import { parseJson } from '@shared/parse-json';
import { z } from 'zod';
import { runConfined } from '../../sandbox/run-confined';
import type { ConfinedProgram, Sandbox } from '../../sandbox/sandbox';
import type { TestResult } from '../tests-outcome';

const resultSchema = z.object({ name: z.string(), passed: z.boolean(), message: z.string() });
const lineSchema = z.union([
  z.object({ results: z.array(resultSchema) }),
  z.object({ broken: z.string() }),
  // Everything else is a request to the program, passed on as it came.
  z.looseObject({}).transform(() => ({ request: true as const })),
]);

export type TesterAnswer =
  | { readonly kind: 'results'; readonly results: readonly TestResult[] }
  /** The tests cannot be run at all, whatever the program. */
  | { readonly kind: 'broken'; readonly why: string };

export interface HiddenTests {
  readonly tests: string;
  readonly entryPoint: string | null;
}

export interface Testers {
  /**
   * Runs tests; `ask` passes a request to the program and resolves with its answer.
   * @param seconds after which tests that ask nothing any more are given up
   */
  run(
    tests: HiddenTests,
    ask: (request: string) => Promise<string>,
    seconds: number,
  ): Promise<TesterAnswer>;
  close(): void;
}

/** Samples that one process serves before a fresh one takes its place. */
const mostSamples = 500;

export function openTesters(sandbox: Sandbox, tester: ConfinedProgram, box: string): Testers {
  const idle: Tester[] = [];
  const all = new Set<Tester>();
  return {
    async run(tests, ask, seconds) {
      const one = idle.pop() ?? new Tester(sandbox, tester, box);
      all.add(one);
      const answer = await one.run(tests, ask, seconds);
      if (one.usable && one.served < mostSamples) {
        idle.push(one);
      } else {
        one.end();
        all.delete(one);
      }
      return answer;
    },
    close() {
      for (const one of all) one.end();
    },
  };
}

class Tester {
  served = 0;
  usable = true;
  readonly #stop = new AbortController();
  #say: (line: string) => void = () => undefined;
  #waiting: ((line: string | null) => void) | null = null;

  constructor(sandbox: Sandbox, tester: ConfinedProgram, box: string) {
    const talk = {
      begin: (say: (line: string) => void) => {
        this.#say = say;
      },
      line: (text: string) => this.#hand(text),
    };
    runConfined(sandbox, tester, box, this.#stop.signal, talk).then(
      () => this.#gone(),
      () => this.#gone(),
    );
  }

  end(): void {
    this.#stop.abort();
  }

  async run(
    tests: HiddenTests,
    ask: (request: string) => Promise<string>,
    seconds: number,
  ): Promise<TesterAnswer> {
    this.served += 1;
    let line = await this.#exchange(JSON.stringify(tests), seconds);
    for (;;) {
      if (line === null) return { kind: 'broken', why: 'The hidden tests did not end.' };
      const parsed = lineSchema.safeParse(parseJson(line));
      if (!parsed.success) return this.#broken('The tester said something that is no answer.');
      const said = parsed.data;
      if ('results' in said) return { kind: 'results', results: said.results };
      if ('broken' in said) return { kind: 'broken', why: said.broken };
      if ('request' in said) line = await this.#exchange(await ask(line), seconds);
      else assertNever(said);
    }
  }

  /** Says a line and waits for the next one; null when none comes in time. */
  #exchange(line: string, seconds: number): Promise<string | null> {
    return new Promise((resolve) => {
      if (!this.usable) {
        resolve(null);
        return;
      }
      const timer = setTimeout(() => {
        this.usable = false;
        this.#hand(null);
      }, seconds * 1000);
      this.#waiting = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#say(line);
    });
  }

  #hand(line: string | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(line);
  }

  #gone(): void {
    this.usable = false;
    this.#hand(null);
  }

  #broken(why: string): TesterAnswer {
    this.usable = false;
    return { kind: 'broken', why };
  }
}
