/** Runs a smoke test: the worker asks local models, the lab asks endpoints at the same time. */
import type { SmokeSpec } from '@shared/smoke';
import type { LabContext } from '../context';
import { findEndpoint } from '../endpoints/endpoint-files';
import type { WorkerEnd } from '../process/supervise';
import type { JobRow } from '../queue/job-rows';
import type { JobControl, JobOutcome, JobRunner } from '../queue/job-runner';
import { runWorker } from '../queue/run-worker';
import { askEndpoint } from './ask-endpoint';
import { expectationsCard, failedCard } from './smoke-cards';
import { endsOf, putAside, readSmoke, StreamReader } from './smoke-files';
import { answersOf, metBy } from './smoke-view';

type Candidate = SmokeSpec['candidates'][number];
type AskedJob = Pick<JobRow, 'id' | 'attempt' | 'targetId'>;

export const isLocal = ({ subject }: Candidate): boolean => subject.kind !== 'endpoint';

export function createSmokeRunner(context: LabContext): JobRunner {
  return {
    async run(job, control) {
      const spec = await readSmoke(context, job.targetId);
      const folder = context.home.jobFolder(spec.id);
      let answered = await answeredIn(folder);
      // All have answered and somebody wants it again: a model may have been trained on meanwhile.
      if (!control.reattach && answered.size === spec.candidates.length) {
        await putAside(folder, job.attempt - 1);
        answered = new Set();
      }
      const missing = (local: boolean) => (candidate: Candidate, place: number) =>
        isLocal(candidate) === local && !answered.has(place);
      // Taken up again, the worker is looked after to its end, though all may be written.
      const needsWorker = spec.candidates.some(
        control.reattach ? isLocal : (candidate, place) => missing(true)(candidate, place),
      );
      const endpoints = askEndpoints(context, spec, folder, control, missing(false));
      const worker = needsWorker ? askWorker(context, spec, job, control) : null;
      const [asked, end] = await Promise.all([endpoints, worker]);
      if (asked === 'detached' || end?.kind === 'detached') return { kind: 'detached' };
      if (control.stopRequested.aborted) return { kind: 'stopped' };
      return outcomeOf(context, spec, end);
    },
  };
}

async function answeredIn(folder: string): Promise<ReadonlySet<number>> {
  const ends = endsOf(await new StreamReader(folder).readOn());
  return new Set([...ends].flatMap(([at, end]) => (end.finishReason === 'error' ? [] : [at])));
}

function askWorker(
  context: LabContext,
  spec: SmokeSpec,
  job: AskedJob,
  control: JobControl,
): Promise<WorkerEnd> {
  const folder = context.home.jobFolder(spec.id);
  const reader = new StreamReader(folder);
  let ended = 0;
  return runWorker(context, {
    job,
    control,
    folder,
    device: spec.device,
    backend: spec.backend,
    readOn: async () => {
      const lines = await reader.readOn();
      ended += lines.filter(({ kind }) => kind === 'end').length;
      const asking = lines.findLast(({ kind }) => kind === 'begin');
      if (asking === undefined) return;
      const label = spec.candidates[asking.candidate]?.label ?? '';
      control.progress(ended / spec.candidates.length, null, `asking ${label}`);
    },
  });
}

async function askEndpoints(
  context: LabContext,
  spec: SmokeSpec,
  folder: string,
  { closing, stopRequested }: JobControl,
  wanted: (candidate: Candidate, place: number) => boolean,
): Promise<'asked' | 'detached'> {
  const signal = AbortSignal.any([closing, stopRequested]);
  const asking = spec.candidates.map(async (candidate, place) => {
    const { subject } = candidate;
    if (subject.kind !== 'endpoint' || !wanted(candidate, place)) return;
    const endpoint = await findEndpoint(context, subject.name);
    const { baseUrl, model } = subject;
    await askEndpoint(folder, spec, place, { ...endpoint, baseUrl, model }, signal);
  });
  const ended = await Promise.allSettled(asking);
  if (closing.aborted) return 'detached';
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected' && !stopRequested.aborted) throw failed.reason;
  return 'asked';
}

async function outcomeOf(
  context: LabContext,
  spec: SmokeSpec,
  end: WorkerEnd | null,
): Promise<JobOutcome> {
  const answers = await answersOf(context, spec);
  if (answers.some(({ status }) => status !== 'done')) {
    return { kind: 'failed', failure: await failedCard(context, spec, answers, end) };
  }
  if (metBy(spec, answers) === false) {
    return { kind: 'failed', failure: expectationsCard(spec, answers) };
  }
  return { kind: 'done' };
}
