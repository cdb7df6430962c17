/** A judged program that answers calls over a pipe, from its start to its end. */
import { parseJson } from '@shared/parse-json';
import { z } from 'zod';
import type { Talk } from '../../sandbox/run-confined';

const greetingSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ failed: z.string() }),
]);

/** How it began: ready for calls, not loaded (with the reason), or ended before it said a word. */
export type Beginning =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'ended' };

export class ServedProgram {
  readonly beginning: Promise<Beginning>;
  #begun: (beginning: Beginning) => void = () => undefined;
  #greeted = false;
  #say: (line: string) => void = () => undefined;
  #end: () => void = () => undefined;
  #waiting: ((line: string) => void) | null = null;
  #over = false;
  #missed = false;

  constructor() {
    this.beginning = new Promise((resolve) => {
      this.#begun = resolve;
    });
  }

  /** For the sandbox: its side of the pipe. */
  talk(): Talk {
    return {
      begin: (say, end) => {
        this.#say = say;
        this.#end = end;
      },
      line: (text) => this.#heard(text),
    };
  }

  /** Whether a request found no answer: tests that expect an error must not take that for one. */
  get missed(): boolean {
    return this.#missed;
  }

  /** Passes a request on; the answer says `gone` when the program has ended. */
  ask(request: string): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.#over) this.#miss();
      else this.#say(request);
    });
  }

  /** No more calls: the program ends by itself. */
  finish(): void {
    this.#end();
  }

  /** The process is gone. */
  ended(): void {
    this.#over = true;
    this.#begun({ kind: 'ended' });
    this.#miss();
  }

  #miss(): void {
    if (this.#waiting === null) return;
    this.#missed = true;
    this.#waiting(gone);
    this.#waiting = null;
  }

  #heard(text: string): void {
    if (!this.#greeted) {
      this.#greeted = true;
      const greeting = greetingSchema.safeParse(parseJson(text)).data;
      if (greeting === undefined) this.#begun({ kind: 'failed', why: 'It spoke before it began.' });
      else if ('ready' in greeting) this.#begun({ kind: 'ready' });
      else this.#begun({ kind: 'failed', why: greeting.failed });
      return;
    }
    if (!isAnswer(text)) {
      this.#miss();
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    // A line that nobody asked for is the program's own noise.
    waiting?.(text);
  }
}

export const endedEarly = 'the program ended before its tests did';
const gone = JSON.stringify({ gone: endedEarly });

/** A program could say `gone` itself, or something that is no JSON; neither must reach the tests. */
function isAnswer(text: string): boolean {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return false;
  return 'value' in value || 'error' in value || 'callback' in value;
}
