/** Evaluations as the shells use them. */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { EvaluationDetail, TaskResult } from '@shared/rpc/evaluations';
import type { LabContext } from '../context';
import { jobOfTarget } from '../queue/job-rows';
import { isActive, isQueued, notAllowed } from '../queue/job-state';
import { compareEvaluations } from './compare';
import { compareAllEvaluations } from './compare-all';
import { type EvaluationRequest, enqueueEvaluation } from './enqueue';
import { generationReader, judgementReader, tasksOf } from './evaluation-files';
import { evaluationItem, evaluationItems, evaluationSpecOf, rivalOf } from './evaluation-rows';
import { leaderboardOf } from './leaderboard';
import { taskOutcomes } from './task-cells';

const ok = { ok: true } as const;
type ById = { readonly id: string };

export function createEvaluationsService(context: LabContext) {
  const { store, home, changes } = context;
  return {
    async list() {
      return evaluationItems(store);
    },

    async get(input: ById): Promise<EvaluationDetail> {
      const spec = evaluationSpecOf(store, input.id);
      return {
        item: evaluationItem(store, input.id),
        spec,
        failure: jobOfTarget(store, input.id)?.failure ?? null,
        rivalId: rivalOf(store, spec),
        folder: home.evaluationFolder(input.id),
      };
    },

    async cells(input: ById) {
      evaluationItem(store, input.id);
      return taskOutcomes(context, input.id);
    },

    async task(input: ById & { readonly taskId: string }): Promise<TaskResult> {
      const item = evaluationItem(store, input.id);
      const folder = home.evaluationFolder(input.id);
      const task = (await tasksOf(folder)).find((one) => one.id === input.taskId);
      if (task === undefined) throw noSuchTask(input.taskId, item.benchmark);
      const judgements = await judgementReader(folder).readOn();
      const generations = await generationReader(folder).readOn();
      return {
        task,
        samples: generations
          .filter((generation) => generation.taskId === task.id)
          .sort((a, b) => a.sample - b.sample)
          .map((generation) => ({
            generation,
            judgement:
              judgements.find(
                (one) => one.taskId === task.id && one.sample === generation.sample,
              ) ?? null,
          })),
      };
    },

    async enqueue(input: EvaluationRequest) {
      return { id: await enqueueEvaluation(context, input) };
    },

    async compare(input: { readonly a: string; readonly b: string; readonly force: boolean }) {
      return compareEvaluations(context, input);
    },

    async compareAll(input: { readonly ids: readonly string[]; readonly force: boolean }) {
      return compareAllEvaluations(context, input);
    },

    async leaderboard(input: { readonly benchmark: string }) {
      return leaderboardOf(context, input.benchmark);
    },

    /** Moves the folder to the lab home's trash; nothing is removed from the disk. */
    async delete(input: ById) {
      evaluationItem(store, input.id);
      const job = jobOfTarget(store, input.id);
      if (job !== null && (isActive(job) || isQueued(job))) throw notAllowed(job, 'deleted');
      await mkdir(home.trash, { recursive: true });
      await rename(home.evaluationFolder(input.id), join(home.trash, `evaluation-${input.id}`));
      store.run('UPDATE evaluations SET deleted = 1 WHERE id = ?', input.id);
      changes.publish('evaluations', input.id);
      changes.publish('runs');
      return ok;
    },
  };
}

function noSuchTask(taskId: string, benchmark: string): LabError {
  return new LabError({
    code: 'not_found',
    what: `There is no task ${taskId}.`,
    why: `The benchmark ${benchmark} of this evaluation does not have it.`,
    fix: 'Choose one of its tasks: npm run lab -- bench show NAME lists them.',
  });
}
