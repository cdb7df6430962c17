/** `lab export`. */
import type { LabClient } from '@lab/rpc/router';
import { LabError } from '@shared/errors';
import type { ExportSummary } from '@shared/export';
import type { RunSummary } from '@shared/run';
import { followJob } from '../follow/follow-job';
import { following } from '../follow/following';
import { labScript, withLab } from '../open-lab';
import { facts } from '../text/table';
import { duration, bytes as size } from '../text/units';
import type { Answer, CommonOptions } from '../verb';
import { findRun } from './find';

export interface ExportOptions extends CommonOptions {
  readonly to: string;
  readonly out?: string;
  readonly detach?: boolean;
}

interface Asked {
  readonly run: RunSummary;
  readonly step: number | null;
}

export async function exportRun(typed: string, options: ExportOptions): Promise<Answer> {
  requireKind(options.to);
  if (options.detach !== true) {
    return following(options, async ({ client, progress, signal }) => {
      const { run, id, jobId } = await start(client, typed, options);
      await followJob(client, jobId, progress, signal);
      return answerOf(run, await exportOf(client, run, id));
    });
  }
  return withLab(options, async ({ lab, client }) => {
    const { run, id, jobId } = await start(client, typed, options);
    const { scheduler } = await client.queue.snapshot();
    if (scheduler === null) {
      const { startBackgroundScheduler } = await import('@lab/shell/background-scheduler');
      startBackgroundScheduler(lab.home, labScript);
    }
    const { path } = await exportOf(client, run, id);
    return {
      value: { path, bytes: null, hash: null, seconds: null, jobId },
      text: `Queued: ${run.name} to ${path} (job ${jobId}).\n"lab queue list" shows how far it is.`,
    };
  });
}

async function start(client: LabClient, typed: string, options: ExportOptions) {
  const { run, step } = await asked(client, typed);
  const { id, jobId } = await client.exports.start({
    runId: run.id,
    step,
    to: 'merged',
    ...(options.out === undefined ? {} : { out: options.out }),
  });
  return { run, id, jobId };
}

/** RUN, RUN@STEP or RUN@latest; a run's own name may hold an "@", so the whole is tried first. */
async function asked(client: LabClient, typed: string): Promise<Asked> {
  const parts = /^(.+)@(\d{1,12}|latest)$/.exec(typed);
  const runs = parts === null ? [] : await client.runs.list();
  const isName = runs.some(({ id, name }) => id === typed || name === typed);
  if (parts?.[1] === undefined || isName) return { run: await findRun(client, typed), step: null };
  const run = await findRun(client, parts[1]);
  if (parts[2] !== 'latest') return { run, step: Number(parts[2]) };
  const { checkpoints } = await client.runs.get({ id: run.id });
  const newest = checkpoints.filter(({ complete }) => complete).at(-1);
  if (newest !== undefined) return { run, step: newest.step };
  throw new LabError({
    code: 'not_found',
    what: `The run "${run.name}" has no checkpoint yet.`,
    why: 'There is no complete checkpoint of it.',
    fix: `Let the training write one, or export ${run.name} when it has finished.`,
  });
}

async function exportOf(client: LabClient, run: RunSummary, id: string): Promise<ExportSummary> {
  const found = (await client.exports.list({ runId: run.id })).find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new LabError({
    code: 'failed',
    what: `The export of ${run.name} is not there any more.`,
    why: 'Its folder was taken away.',
    fix: 'Export it again.',
  });
}

function answerOf(run: RunSummary, { path, bytes, hash, seconds }: ExportSummary): Answer {
  return {
    value: { path, bytes, hash, seconds },
    text: [
      `${run.name}, merged:`,
      facts([
        ['folder', path],
        ['size', size(bytes)],
        ['sha256', hash ?? '–'],
        ['time', duration(seconds)],
      ]),
      `Evaluate it: lab eval merged:${run.name} --bench NAME`,
    ].join('\n'),
  };
}

function requireKind(to: string): void {
  if (to === 'merged') return;
  throw new LabError({
    code: 'bad_input',
    what: `A run cannot be exported to "${to}".`,
    why: 'What there is: merged, the adapter folded into its base model’s weights.',
    fix: 'Say --to merged.',
  });
}
