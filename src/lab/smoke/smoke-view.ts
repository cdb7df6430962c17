/** A smoke test as the shells show it, put together from its folder and its job. */
import type { JobState } from '@shared/job';
import type { Smoke, SmokeAnswer, SmokeLine, SmokeSpec } from '@shared/smoke';
import type { LabContext } from '../context';
import { jobOfTarget } from '../queue/job-rows';
import { judgeExpectations } from './analysis/expectations';
import { findingsOf } from './analysis/findings';
import { StreamReader } from './smoke-files';

export async function viewOf(context: LabContext, spec: SmokeSpec): Promise<Smoke> {
  const job = jobOfTarget(context.store, spec.id);
  const answers = await answersOf(context, spec);
  return {
    id: spec.id,
    jobId: job?.id ?? null,
    createdAt: spec.createdAt,
    status: job?.state ?? stateWithoutJob(answers),
    message: job?.message ?? null,
    prompt: spec.prompt,
    systemPrompt: spec.systemPrompt,
    origin: spec.origin,
    sampling: spec.sampling,
    check: spec.check,
    answers,
    met: metBy(spec, answers),
    failure: job?.failure ?? null,
  };
}

/** In the order of the candidates, from what has come so far. */
export async function answersOf(
  { home }: Pick<LabContext, 'home'>,
  spec: SmokeSpec,
): Promise<SmokeAnswer[]> {
  const lines = await new StreamReader(home.jobFolder(spec.id)).readOn();
  return spec.candidates.map(({ label, subject }, place) => ({
    label,
    kind: subject.kind,
    runId: 'runId' in subject ? subject.runId : null,
    ...answerFrom(
      lines.filter(({ candidate }) => candidate === place),
      spec.expect,
    ),
  }));
}

function answerFrom(
  lines: readonly SmokeLine[],
  expect: SmokeSpec['expect'],
): Omit<SmokeAnswer, 'label' | 'kind' | 'runId'> {
  const none = { error: null, findings: null, expectations: [] };
  const begun = lines.findLastIndex(({ kind }) => kind === 'begin');
  const own = lines.slice(begun + 1);
  const end = own.findLast((line) => line.kind === 'end');
  if (end === undefined) {
    const pieces = own.map((line) => (line.kind === 'piece' ? line.text : ''));
    return { ...none, status: begun < 0 ? 'waiting' : 'answering', text: pieces.join('') };
  }
  const findings = findingsOf(end);
  if (findings === null) {
    return { ...none, status: 'failed', text: end.text, error: end.error ?? 'No answer came.' };
  }
  const expectations = expect === null ? [] : judgeExpectations(expect, end.text, findings);
  return { status: 'done', text: end.text, error: null, findings, expectations };
}

export function metBy(spec: SmokeSpec, answers: readonly SmokeAnswer[]): boolean | null {
  if (spec.expect === null || answers.some(({ status }) => status !== 'done')) return null;
  return answers.every(({ expectations }) => expectations.every(({ met }) => met));
}

/** After the queue was lost the folder alone says how it ended. */
function stateWithoutJob(answers: readonly SmokeAnswer[]): JobState {
  return answers.every(({ status }) => status === 'done') ? 'done' : 'stopped';
}
