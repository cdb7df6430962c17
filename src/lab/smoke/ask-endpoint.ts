/** Asks an endpoint a smoke test's prompt and writes the answer down as it comes. */
import type { Endpoint } from '@shared/endpoint';
import type { SmokeEnd, SmokeLine, SmokeSpec } from '@shared/smoke';
import { type ChatMessage, NoAnswer, openChat } from '../endpoints/chat';
import { appendLines } from '../evaluations/evaluation-files';
import { streamOf } from './smoke-files';

/** Between two writes; each waits for the disk. */
const writeMilliseconds = 50;

/** Rejects with what `signal` was aborted with; an answer that does not come is written down too. */
export async function askEndpoint(
  folder: string,
  spec: SmokeSpec,
  candidate: number,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<void> {
  const writer = new LineQueue(streamOf(folder));
  writer.add({ kind: 'begin', candidate });
  let said = '';
  let end: SmokeEnd;
  try {
    const ask = openChat(endpoint);
    const { text, ...counted } = await ask(messagesOf(spec), spec.sampling, signal, (piece) => {
      said += piece;
      writer.add({ kind: 'piece', candidate, text: piece });
    });
    end = { kind: 'end', candidate, text, ...counted };
  } catch (error) {
    await writer.close();
    if (!(error instanceof NoAnswer)) throw error;
    end = {
      ...{ kind: 'end', candidate, text: said, finishReason: 'error', promptTokens: 0 },
      ...{ completionTokens: 0, seconds: 0, firstTokenSeconds: null, error: error.message },
    };
  }
  writer.add(end);
  await writer.close();
}

function messagesOf({ systemPrompt, prompt }: SmokeSpec): ChatMessage[] {
  return [
    ...(systemPrompt === null ? [] : [{ role: 'system' as const, content: systemPrompt }]),
    { role: 'user', content: prompt },
  ];
}

/** Appends lines a few times a second, in order. */
class LineQueue {
  readonly #path: string;
  #waiting: SmokeLine[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  add(line: SmokeLine): void {
    this.#waiting.push(line);
    this.#timer ??= setTimeout(() => this.#write(), writeMilliseconds);
  }

  async close(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const lines = this.#waiting;
    this.#waiting = [];
    if (lines.length > 0) {
      this.#writing = this.#writing.then(() => appendLines(this.#path, lines));
      // Whoever closes hears of a failure; until then it is not unhandled.
      this.#writing.catch(() => undefined);
    }
  }
}
