/** Compares two finished evaluations, paired by task. */
import { LabError } from '@shared/errors';
import type { Comparison, EvaluationSummary } from '@shared/evaluation';
import type { LabContext } from '../context';
import { compareSubjects, pairTasks } from '../statistics/compare-subjects';
import { keyDifferences } from './comparability';
import { evaluationItem, evaluationSpecOf } from './evaluation-rows';

/** @throws LabError `refused` when the keys differ and the user did not insist */
export function compareEvaluations(
  context: LabContext,
  input: { readonly a: string; readonly b: string; readonly force: boolean },
): Comparison {
  const a = finishedSummary(context, input.a);
  const b = finishedSummary(context, input.b);
  const differences = differencesOf(context, input.a, input.b);
  if (!input.force) requireEqualConditions([a.subject, b.subject], differences);
  const result = compareSubjects(pairTasks(a.tasks, b.tasks), {
    aLabel: a.subject,
    bLabel: b.subject,
  });
  return {
    a: input.a,
    b: input.b,
    ...result,
    forced: differences.length > 0,
    keyDifferences: differences,
  };
}

/** How the conditions of two evaluations differ, one fact a line. */
export function differencesOf(context: LabContext, a: string, b: string): string[] {
  return keyDifferences(
    evaluationSpecOf(context.store, a).comparability,
    evaluationSpecOf(context.store, b).comparability,
  );
}

/** @throws LabError `refused` when there are differences */
export function requireEqualConditions(
  subjects: readonly string[],
  differences: readonly string[],
): void {
  if (differences.length === 0) return;
  throw new LabError({
    code: 'refused',
    what: `${listed(subjects)} were not evaluated under the same conditions.`,
    why: 'A difference in results could come from what else differs.',
    fix: 'Evaluate all in the same way, or insist (--force in a terminal); the result is then marked.',
    details: differences,
  });
}

function listed(subjects: readonly string[]): string {
  return new Intl.ListFormat('en').format(subjects.map((subject) => `"${subject}"`));
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
