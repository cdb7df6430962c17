/** Generates an evaluation's answers at an endpoint; what is already there is never asked again. */
import { join } from 'node:path';
import type { Task } from '@shared/benchmark';
import type { Endpoint } from '@shared/endpoint';
import { LabError } from '@shared/errors';
import type { EvaluationSpec } from '@shared/evaluation';
import type { FailureCard } from '@shared/job';
import type { Generation } from '@shared/judgement';
import PQueue from 'p-queue';
import type { LabContext } from '../context';
import { appendLines, generationReader, sampleKey } from '../evaluations/evaluation-files';
import { type ChatMessage, NoAnswer, openChat } from './chat';
import { findEndpoint } from './endpoint-files';

export interface EndpointGeneration {
  readonly folder: string;
  readonly spec: EvaluationSpec;
  readonly tasks: readonly Task[];
  readonly signal: AbortSignal;
}

/** One question of an evaluation; the system prompt and the sampling are the evaluation's. */
export interface Question {
  readonly taskId: string;
  readonly sample: number;
  readonly prompt: string;
}

/** Answers in a row that did not come, after which no more are asked for. */
const mostFailuresInARow = 10;

/**
 * Resolves when every sample has its line in `generations.jsonl`: an answer, or the reason why none
 * came, which counts as a failure of ours.
 * @throws NoAnswer when no question would get an answer; whatever `signal` was aborted with
 */
export async function generateAtEndpoint(
  context: Pick<LabContext, 'home'>,
  run: EndpointGeneration,
): Promise<void> {
  const { folder, signal, spec } = run;
  const known = new Set((await generationReader(folder).readOn()).map(sampleKey));
  const samples = Array.from({ length: spec.comparability.sampling.repeats }, (_, at) => at);
  const questions = run.tasks.flatMap(({ id, prompt }) =>
    samples.map((sample) => ({ taskId: id, sample, prompt })),
  );
  const missing = questions.filter((question) => !known.has(sampleKey(question)));
  const path = join(folder, 'generations.jsonl');
  await askAll(context, spec, missing, signal, (generation) => appendLines(path, [generation]));
}

/**
 * Asks every question once, as many at a time as the endpoint allows. `write` gets one answer after
 * the other: an answer, or the reason why none came.
 * @throws NoAnswer when no question would get an answer; whatever `signal` was aborted with
 */
export async function askAll(
  context: Pick<LabContext, 'home'>,
  spec: EvaluationSpec,
  questions: readonly Question[],
  signal: AbortSignal,
  write: (generation: Generation) => Promise<void>,
): Promise<void> {
  const endpoint = await endpointOf(context, spec);
  const ask = openChat(endpoint);
  const queue = new PQueue({
    concurrency: endpoint.concurrency,
    ...(endpoint.requestsPerMinute === null
      ? {}
      : { interval: 60_000 / endpoint.requestsPerMinute, intervalCap: 1 }),
  });
  const giveUp = new AbortController();
  const ending = AbortSignal.any([signal, giveUp.signal]);
  let writing: Promise<void> = Promise.resolve();
  let failuresInARow = 0;
  const one = async ({ taskId, sample, prompt }: Question): Promise<void> => {
    if (ending.aborted) return;
    let generation: Generation;
    try {
      const { sampling } = spec.comparability;
      const seeded = { ...sampling, seed: sampling.seed + sample };
      const answer = await ask(messagesOf(spec, prompt), seeded, ending);
      const { firstTokenSeconds: _, ...counted } = answer;
      generation = { taskId, sample, ...counted };
      failuresInARow = 0;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      failuresInARow += 1;
      if (error.fatal || failuresInARow >= mostFailuresInARow) {
        giveUp.abort(error);
        return;
      }
      generation = { ...noAnswer(taskId, sample), error: error.message };
    }
    // One line at a time: two appends at once could mix.
    writing = writing.then(() => write(generation));
    await writing;
  };
  for (const question of questions) {
    queue.add(() => one(question)).catch((error: unknown) => giveUp.abort(error));
  }
  ending.addEventListener('abort', () => queue.clear(), { once: true });
  await queue.onIdle();
  ending.throwIfAborted();
}

/** The endpoint as it is now, with the address and the model that the evaluation is about. */
async function endpointOf(
  context: Pick<LabContext, 'home'>,
  { subject }: EvaluationSpec,
): Promise<Endpoint> {
  if (subject.kind !== 'endpoint') throw new Error(`A ${subject.kind} is no endpoint.`);
  const endpoint = await findEndpoint(context, subject.name);
  return { ...endpoint, baseUrl: subject.baseUrl, model: subject.model };
}

/** The card of an evaluation that got no further. What was answered stays; a retry goes on. */
export function endpointFailure(spec: EvaluationSpec, error: unknown): FailureCard {
  const ending = { exitCode: null, signal: null, log: [], canResume: true };
  const title = `Evaluating "${spec.subjectLabel}" failed`;
  if (error instanceof LabError) {
    const { what, why, fix, details } = error.toValue();
    return { ...ending, title, why: `${what} ${why}`, fix, details };
  }
  return {
    ...ending,
    title,
    why: error instanceof Error ? error.message : String(error),
    fix: 'Start the server, or correct address, model or key of the endpoint; then retry: what was answered is kept.',
    details: [],
  };
}

function messagesOf({ comparability }: EvaluationSpec, prompt: string): ChatMessage[] {
  const { systemPrompt } = comparability;
  return [
    ...(systemPrompt === null ? [] : [{ role: 'system' as const, content: systemPrompt }]),
    { role: 'user', content: prompt },
  ];
}

function noAnswer(taskId: string, sample: number) {
  return {
    taskId,
    sample,
    text: '',
    finishReason: 'error' as const,
    promptTokens: 0,
    completionTokens: 0,
    seconds: 0,
  };
}
