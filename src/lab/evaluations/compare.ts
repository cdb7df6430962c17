/** Compares two finished evaluations, paired by task. */
import { LabError } from '@shared/errors';
import type { Comparison, EvaluationSummary } from '@shared/evaluation';
import type { LabContext } from '../context';
import { compareSubjects, type PairedTask } from '../statistics/compare-subjects';
import { keyDifferences } from './comparability';
import { evaluationItem, evaluationSpecOf } from './evaluation-rows';

/** @throws LabError `refused` when the keys differ and the user did not insist */
export function compareEvaluations(
  context: LabContext,
  input: { readonly a: string; readonly b: string; readonly force: boolean },
): Comparison {
  const a = finishedSummary(context, input.a);
  const b = finishedSummary(context, input.b);
  const differences = keyDifferences(
    evaluationSpecOf(context.store, input.a).comparability,
    evaluationSpecOf(context.store, input.b).comparability,
  );
  if (differences.length > 0 && !input.force) {
    throw new LabError({
      code: 'refused',
      what: `"${a.subject}" and "${b.subject}" were not evaluated under the same conditions.`,
      why: `They differ in ${differences.length} of them; a difference in results could come from that.`,
      fix: 'Evaluate both in the same way, or insist with --force; the result is then marked.',
      details: differences,
    });
  }
  const result = compareSubjects(pairedTasks(a, b), { aLabel: a.subject, bLabel: b.subject });
  return {
    a: input.a,
    b: input.b,
    ...result,
    forced: differences.length > 0,
    keyDifferences: differences,
  };
}

/** The tasks that both were judged on. */
export function pairedTasks(a: EvaluationSummary, b: EvaluationSummary): PairedTask[] {
  const ofB = new Map(b.tasks.map((task) => [task.id, task]));
  return a.tasks.flatMap((task) => {
    const other = ofB.get(task.id);
    return other === undefined ? [] : [{ id: task.id, a: task, b: other }];
  });
}

/** @throws LabError `conflict` when the evaluation is not finished */
export function finishedSummary(context: LabContext, id: string): EvaluationSummary {
  const item = evaluationItem(context.store, id);
  if (item.summary !== null) return item.summary;
  throw new LabError({
    code: 'conflict',
    what: `The evaluation of "${item.subject}" is not finished.`,
    why: `It is ${item.status}; ${item.judged} of ${item.samples} samples are judged.`,
    fix: 'Wait until it is done, or retry it from the queue.',
  });
}
