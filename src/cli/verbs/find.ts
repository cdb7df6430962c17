/** Runs, evaluations and jobs by what a person types: an id, its beginning, or a name. */
import type { LabClient } from '@lab/rpc/router';
import { LabError } from '@shared/errors';
import type { Job } from '@shared/job';
import type { EvaluationListItem } from '@shared/rpc/evaluations';
import type { RunSummary } from '@shared/run';

/** "last" is the newest run; of several with one name the newest is meant. */
export async function findRun(client: LabClient, typed: string): Promise<RunSummary> {
  const runs = [...(await client.runs.list())].sort((a, b) => b.id.localeCompare(a.id));
  const [newest] = runs;
  if (typed === 'last' && newest !== undefined) return newest;
  const named = runs.find((run) => run.id === typed) ?? runs.find((run) => run.name === typed);
  return named ?? onlyOne(runs, typed, 'run', 'lab runs list');
}

/** A run's name or id means the newest finished evaluation of its adapter. */
export async function findEvaluation(
  client: LabClient,
  typed: string,
): Promise<EvaluationListItem> {
  const all = [...(await client.evaluations.list())].sort((a, b) => b.id.localeCompare(a.id));
  const exact = all.find((item) => item.id === typed);
  if (exact !== undefined) return exact;
  const runs = await client.runs.list();
  const ofRun = all.find(
    (item) =>
      item.summary !== null &&
      item.subjectKind === 'run' &&
      item.runId !== null &&
      (item.runId === typed || runs.some((run) => run.id === item.runId && run.name === typed)),
  );
  return ofRun ?? onlyOne(all, typed, 'evaluation', 'lab evaluations list');
}

export async function findJob(client: LabClient, typed: string): Promise<Job> {
  const { jobs } = await client.queue.snapshot();
  const named = jobs.find((job) => job.id === typed) ?? jobs.find((job) => job.targetId === typed);
  return named ?? onlyOne(jobs, typed, 'job', 'lab queue list');
}

function onlyOne<Item extends { readonly id: string }>(
  items: readonly Item[],
  typed: string,
  noun: string,
  command: string,
): Item {
  const matching = typed.length < 4 ? [] : items.filter((item) => item.id.startsWith(typed));
  const [first] = matching;
  if (first !== undefined && matching.length === 1) return first;
  throw new LabError({
    code: 'not_found',
    what: `There is no single ${noun} "${typed}".`,
    why:
      matching.length > 1
        ? `${matching.length} ids begin like that.`
        : 'No id or name is like that, and beginnings need four letters.',
    fix: `"${command}" shows what there is.`,
    details: matching.map((item) => item.id),
  });
}
