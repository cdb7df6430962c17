/**
 * One answer of an OpenAI-compatible endpoint, streamed (API reference: platform.openai.com/docs,
 * "Create chat completion"). The openai package speaks the protocol; what is ours is telling apart
 * whose failure it is when an answer does not come.
 */
import type { Endpoint } from '@shared/endpoint';
import type { Sampling } from '@shared/sampling';
import OpenAI from 'openai';
import { keyOf } from './keys';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatAnswer {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly promptTokens: number;
  /** As the server counts; pieces of the stream where it does not say. */
  readonly completionTokens: number;
  readonly seconds: number;
  readonly firstTokenSeconds: number | null;
}

/** No answer came. `fatal`: no other question would get one either. */
export class NoAnswer extends Error {
  readonly fatal: boolean;

  constructor(message: string, fatal: boolean) {
    super(message);
    this.fatal = fatal;
  }
}

export type Ask = (
  messages: readonly ChatMessage[],
  sampling: Sampling,
  signal: AbortSignal,
  onText?: (piece: string) => void,
) => Promise<ChatAnswer>;

/** @throws LabError when the endpoint's key is missing */
export function clientOf(endpoint: Endpoint): OpenAI {
  return new OpenAI({
    apiKey: keyOf(endpoint),
    baseURL: endpoint.baseUrl,
    maxRetries: endpoint.retries,
    timeout: endpoint.timeoutSeconds * 1000,
    // Neither is any server's business but OpenAI's, and then only of those who set it on purpose.
    organization: null,
    project: null,
  });
}

/** @throws LabError when the endpoint's key is missing */
export function openChat(endpoint: Endpoint): Ask {
  const client = clientOf(endpoint);
  return async (messages, sampling, signal, onText) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await once(client, endpoint, messages, sampling, signal, onText);
      } catch (error) {
        signal.throwIfAborted();
        // The package retries requests; a stream that breaks off is for us to ask again, unless
        // somebody has read the half of it already.
        const read = onText !== undefined;
        if (error instanceof HalfAnswer && !read && attempt < endpoint.retries) continue;
        throw explained(error, endpoint);
      }
    }
  };
}

class HalfAnswer extends Error {}

async function once(
  client: OpenAI,
  endpoint: Endpoint,
  messages: readonly ChatMessage[],
  sampling: Sampling,
  signal: AbortSignal,
  onText?: (piece: string) => void,
): Promise<ChatAnswer> {
  const began = performance.now();
  const limit = AbortSignal.timeout(endpoint.timeoutSeconds * 1000);
  const stream = await client.chat.completions.create(
    {
      model: endpoint.model,
      messages: messages.map(({ role, content }) => ({ role, content })),
      stream: true,
      stream_options: { include_usage: true },
      ...parametersOf(sampling),
      ...endpoint.extraBody,
    },
    { signal: AbortSignal.any([signal, limit]) },
  );
  let text = '';
  let pieces = 0;
  let first: number | null = null;
  let finish: string | null = null;
  let usage: OpenAI.CompletionUsage | null = null;
  try {
    for await (const chunk of stream) {
      usage = chunk.usage ?? usage;
      const [choice] = chunk.choices ?? [];
      const piece = choice?.delta?.content ?? '';
      if (piece !== '') {
        first ??= (performance.now() - began) / 1000;
        text += piece;
        pieces += 1;
        onText?.(piece);
      }
      finish = choice?.finish_reason ?? finish;
    }
  } catch (error) {
    if (limit.aborted) throw new NoAnswer(tooSlow(endpoint), false);
    if (error instanceof OpenAI.APIError && error.status !== undefined) throw error;
    throw new HalfAnswer(error instanceof Error ? error.message : String(error));
  }
  if (limit.aborted) throw new NoAnswer(tooSlow(endpoint), false);
  signal.throwIfAborted();
  if (finish === null) throw new HalfAnswer('the stream ended in the middle of the answer');
  return {
    text,
    finishReason: finish === 'length' ? 'length' : 'stop',
    promptTokens: usage?.prompt_tokens ?? 0,
    completionTokens: usage?.completion_tokens ?? pieces,
    seconds: (performance.now() - began) / 1000,
    firstTokenSeconds: first,
  };
}

/** Only what differs from a server's own defaults: some refuse fields that they do not know. */
function parametersOf(sampling: Sampling) {
  return {
    temperature: sampling.temperature,
    max_tokens: sampling.maxNewTokens,
    seed: sampling.seed,
    ...(sampling.topP < 1 ? { top_p: sampling.topP } : {}),
    // Not in OpenAI's API; llama.cpp, Ollama, vLLM and LM Studio read these names.
    ...(sampling.topK > 0 ? { top_k: sampling.topK } : {}),
    ...(sampling.repetitionPenalty === 1
      ? {}
      : {
          repeat_penalty: sampling.repetitionPenalty,
          repetition_penalty: sampling.repetitionPenalty,
          // Read by llama.cpp and what is built on it; others look at the whole context.
          ...(sampling.repetitionWindow === undefined
            ? {}
            : { repeat_last_n: sampling.repetitionWindow }),
        }),
  };
}

const tooSlow = ({ timeoutSeconds }: Endpoint): string =>
  `The endpoint did not finish its answer within ${timeoutSeconds} s.`;

function explained(error: unknown, endpoint: Endpoint): NoAnswer {
  if (error instanceof NoAnswer) return error;
  if (error instanceof HalfAnswer) {
    return new NoAnswer(`The endpoint broke off: ${error.message}`, false);
  }
  if (error instanceof OpenAI.APIConnectionTimeoutError) {
    return new NoAnswer(tooSlow(endpoint), false);
  }
  if (error instanceof OpenAI.APIConnectionError) {
    return new NoAnswer(`Nothing answers at ${endpoint.baseUrl}: ${causeOf(error)}`, true);
  }
  if (error instanceof OpenAI.APIError) {
    const fatal = [401, 403, 404].includes(error.status ?? 0);
    return new NoAnswer(`The endpoint refused: ${error.message}`, fatal);
  }
  const said = error instanceof Error ? error.message : String(error);
  return new NoAnswer(`The endpoint's answer cannot be read: ${said}`, false);
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
