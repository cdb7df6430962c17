/** Several evaluations of one benchmark side by side, each measured against the first. */
import { LabError } from '@shared/errors';
import type { Comparison, ComparisonTable } from '@shared/evaluation';
import type { LabContext } from '../context';
import { holmAdjusted } from '../statistics/holm';
import { significanceLevel } from '../statistics/interval';
import {
  compareEvaluations,
  differencesOf,
  finishedSummary,
  requireEqualConditions,
} from './compare';
import { evaluationItem } from './evaluation-rows';
import { type TaskOutcome, taskOutcomes } from './task-cells';

/** @throws LabError `refused` when keys differ and the user did not insist */
export async function compareAllEvaluations(
  context: LabContext,
  input: { readonly ids: readonly string[]; readonly force: boolean },
): Promise<ComparisonTable> {
  const ids = [...new Set(input.ids)];
  const [first, ...others] = ids;
  if (first === undefined || others.length === 0) throw tooFew();
  if (!input.force) requireComparable(context, ids);
  const comparisons = others.map((b) => compareEvaluations(context, { a: first, b, force: true }));
  const outcomes = await Promise.all(ids.map((id) => taskOutcomes(context, id)));
  return {
    benchmark: finishedSummary(context, first).benchmark,
    subjects: ids.map((id) => {
      const { subject, passAt1, rates } = finishedSummary(context, id);
      const { subjectKind: kind } = evaluationItem(context.store, id);
      return { id, label: subject, kind, passAt1, rates };
    }),
    tasks: joined(outcomes),
    comparisons: corrected(comparisons),
  };
}

/** All that differs is said at once: "3B v6: sampling.temperature: 0 against 0.3". */
function requireComparable(context: LabContext, ids: readonly string[]): void {
  const labels = ids.map((id) => finishedSummary(context, id).subject);
  const differences = ids.flatMap((id, index) =>
    differencesOf(context, ids[0] ?? id, id).map((fact) =>
      ids.length === 2 ? fact : `${labels[index]}: ${fact}`,
    ),
  );
  requireEqualConditions(labels, differences);
}

/** One row a task, in the order of the first subject; a task that a subject lacks is not judged. */
function joined(outcomes: readonly (readonly TaskOutcome[])[]): ComparisonTable['tasks'] {
  const bySubject = outcomes.map((tasks) => new Map(tasks.map((task) => [task.taskId, task])));
  const known = new Map(outcomes.flat().map(({ taskId, category }) => [taskId, category]));
  return [...known].map(([id, category]) => {
    const cells = bySubject.map((tasks) => {
      const { passed, judged, failure } = tasks.get(id) ?? { passed: 0, judged: 0, failure: null };
      return { passed, judged, failure };
    });
    const shares = cells.filter(({ judged }) => judged > 0).map((one) => one.passed / one.judged);
    return { id, category, cells, discordant: new Set(shares).size > 1 };
  });
}

/** With several comparisons in one look, one false "better" among them becomes likely. */
function corrected(comparisons: readonly Comparison[]): ComparisonTable['comparisons'] {
  const adjusted = holmAdjusted(comparisons.map(({ pValue }) => pValue));
  return comparisons.map((comparison, index) => {
    const adjustedPValue = adjusted[index] ?? 1;
    const settled = adjustedPValue <= significanceLevel;
    return {
      ...comparison,
      adjustedPValue,
      adjustedVerdict: settled ? comparison.verdict : 'no detectable difference',
    };
  });
}

function tooFew(): LabError {
  return new LabError({
    code: 'bad_input',
    what: 'A comparison needs two different evaluations.',
    why: 'The same one was named more than once.',
    fix: 'Name another evaluation of the same benchmark: "lab evaluations list" shows them.',
  });
}
