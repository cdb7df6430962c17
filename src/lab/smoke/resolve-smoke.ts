/** Makes a smoke test's complete specification: who is asked what, and how answers are drawn. */
import { LabError } from '@shared/errors';
import type { Sampling } from '@shared/sampling';
import { type DrawingChoice, samplingOf } from '@shared/sampling';
import type { SmokeCandidate, SmokeExpectations, SmokeSpec } from '@shared/smoke';
import { loadBenchmark } from '../benchmarks/load-benchmark';
import type { LabContext } from '../context';
import { answeringFor } from '../evaluations/answering';
import { type FoundSubject, findSubject } from '../evaluations/subjects';
import { newId } from '../store/ids';
import { requireExpectations } from './analysis/expectations';
import { findCheck } from './check-files';

export interface SmokeRequest {
  readonly subjects: readonly string[];
  readonly prompt?: string | undefined;
  readonly origin?: SmokeSpec['origin'] | undefined;
  readonly check?: string | undefined;
  readonly systemPrompt?: string | undefined;
  readonly sampling: DrawingChoice;
  readonly expect?: SmokeExpectations | undefined;
}

/** For a prompt that brings no sampling of its own: answers as a person would get them. */
export const usualSampling: DrawingChoice = {
  temperature: 0.3,
  topK: 50,
  topP: 0.95,
  repetitionPenalty: 1.2,
  repetitionWindow: 64,
  maxNewTokens: 400,
};

/** What is asked, whoever is asked. */
export type SmokeQuestion = Pick<
  SmokeSpec,
  'prompt' | 'systemPrompt' | 'origin' | 'sampling' | 'check' | 'expect'
>;

/** @throws LabError for what is not there, cannot be asked, or is asked in two ways at once */
export async function resolveSmoke(context: LabContext, request: SmokeRequest): Promise<SmokeSpec> {
  const [question, ...found] = await Promise.all([
    resolveQuestion(context, request),
    ...request.subjects.map((subject) => askable(context, subject)),
  ]);
  return { ...smokeSpecOf(question, found), ...(await answeringFor(context, found)) };
}

export function smokeSpecOf(
  question: SmokeQuestion,
  found: readonly FoundSubject[],
): Omit<SmokeSpec, 'backend' | 'device'> {
  return {
    schemaVersion: 1,
    kind: 'smoke',
    id: newId(),
    createdAt: new Date().toISOString(),
    candidates: found.map(
      ({ label, subject, precision, promptFormat }): SmokeCandidate => ({
        label,
        subject,
        precision,
        promptFormat,
      }),
    ),
    ...question,
  };
}

/** The question of a saved smoke test. */
export async function questionOfCheck(context: LabContext, name: string): Promise<SmokeQuestion> {
  return resolveQuestion(context, { check: name, sampling: {} });
}

async function resolveQuestion(
  context: LabContext,
  request: Omit<SmokeRequest, 'subjects'>,
): Promise<SmokeQuestion> {
  const { prompt, origin, check, systemPrompt, sampling } = request;
  if ([prompt, origin, check].filter((one) => one !== undefined).length !== 1) {
    throw new LabError({
      code: 'bad_input',
      what: 'A smoke test asks one thing.',
      why: 'It needs either a prompt, or a task of a benchmark, or the name of a saved smoke test.',
      fix: 'Give --prompt TEXT, or --bench NAME with --task ID, or --check NAME.',
    });
  }
  if (request.expect !== undefined) requireExpectations(request.expect);
  const base = await questionFrom(context, request);
  return {
    ...base,
    systemPrompt: systemPrompt === undefined ? base.systemPrompt : systemPrompt || null,
    sampling: choose(base.sampling, sampling),
    expect: request.expect ?? base.expect,
  };
}

async function questionFrom(
  context: LabContext,
  { prompt, origin, check }: Omit<SmokeRequest, 'subjects'>,
): Promise<SmokeQuestion> {
  if (check !== undefined) {
    const saved = await findCheck(context, check);
    const { expect, systemPrompt } = saved;
    const sampling = samplingOf(saved.sampling);
    return { prompt: saved.prompt, systemPrompt, origin: saved.origin, sampling, check, expect };
  }
  const plain = { check: null, expect: null };
  if (origin !== undefined && origin !== null) {
    const { manifest, tasks } = await loadBenchmark(context, origin.benchmark);
    const task = tasks.find(({ id }) => id === origin.task);
    if (task === undefined) throw noSuchTask(origin.benchmark, origin.task);
    const sampling = samplingOf({ maxNewTokens: manifest.maxNewTokens });
    const { systemPrompt } = manifest;
    return { ...plain, prompt: task.prompt, systemPrompt, origin: { ...origin }, sampling };
  }
  const sampling = samplingOf(usualSampling);
  return { ...plain, prompt: prompt ?? '', systemPrompt: null, origin: null, sampling };
}

function choose(base: Sampling, chosen: DrawingChoice): Sampling {
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined);
  return samplingOf({ ...base, ...Object.fromEntries(given) });
}

async function askable(context: LabContext, named: string): Promise<FoundSubject> {
  const found = await findSubject(context, named);
  if (found.subject.kind !== 'reference' && found.subject.kind !== 'replay') return found;
  throw new LabError({
    code: 'bad_input',
    what: `"${named}" cannot be asked.`,
    why: 'Its answers are there already.',
    fix: 'Name a model: a run, base:MODEL, gguf:FILE or endpoint:NAME.',
  });
}

function noSuchTask(benchmark: string, task: string): LabError {
  return new LabError({
    code: 'not_found',
    what: `The benchmark "${benchmark}" has no task ${task}.`,
    why: 'None of its tasks has that id.',
    fix: `"lab bench show ${benchmark}" lists them.`,
  });
}
