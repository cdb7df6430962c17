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

  /** Passes a request on; the answer says `gone` when the program has ended. */
  ask(request: string): Promise<string> {
    return new Promise((resolve) => {
      if (this.#over) {
        resolve(gone);
        return;
      }
      this.#waiting = resolve;
      this.#say(request);
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
    this.#waiting?.(gone);
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
    const waiting = this.#waiting;
    this.#waiting = null;
    // A line that nobody asked for is the program's own noise.
    waiting?.(isAnswer(text) ? text : gone);
  }
}

const gone = JSON.stringify({ gone: 'the program ended before its tests did' });

/** A program could say `gone` itself, or something that is no JSON; neither must reach the tests. */
function isAnswer(text: string): boolean {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return false;
  return 'value' in value || 'error' in value || 'callback' in value;
}
