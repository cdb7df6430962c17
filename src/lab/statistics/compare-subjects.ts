/** Two subjects on the same tasks: the test, the interval, the verdict and its sentence. */
import type { Comparison } from '@shared/evaluation';
import { bootstrapMean } from './cluster-bootstrap';
import { significanceLevel } from './interval';
import { exactMcNemar } from './mcnemar';
import { pairedDifferenceInterval } from './paired-difference';
import { pairedPermutation } from './paired-permutation';
import { smallestDetectableChange, smallestDetectableMeanChange } from './smallest-detectable';
import { tasksToSettle, tasksToSettleMeans } from './tasks-to-settle';
import { outlookSentence, verdictSentence } from './verdict-sentence';

/** One task as both subjects did it; `passed` of `repeats` samples. */
export interface PairedTask {
  readonly id: string;
  readonly a: { readonly passed: number; readonly repeats: number };
  readonly b: { readonly passed: number; readonly repeats: number };
}

/** A task as one subject did it; `passed` of `repeats` samples. */
export interface JudgedTask {
  readonly id: string;
  readonly passed: number;
  readonly repeats: number;
}

/** The tasks that both were judged on, in the order of the first. */
export function pairTasks(a: readonly JudgedTask[], b: readonly JudgedTask[]): PairedTask[] {
  const ofB = new Map(b.map((task) => [task.id, task]));
  return a.flatMap((task) => {
    const other = ofB.get(task.id);
    return other === undefined ? [] : [{ id: task.id, a: task, b: other }];
  });
}

/** The p value alone, by the same test that `compareSubjects` chooses. */
export function pairedPValue(tasks: readonly PairedTask[]): number {
  if (!tasks.every(({ a, b }) => isVerdict(share(a)) && isVerdict(share(b)))) {
    return pairedPermutation(tasks.map(({ a, b }) => share(b) - share(a)));
  }
  const only = (side: 'a' | 'b', other: 'a' | 'b'): number =>
    tasks.filter((task) => task[side].passed > 0 && task[other].passed === 0).length;
  return exactMcNemar(only('a', 'b'), only('b', 'a'));
}

export type PairedResult = Omit<Comparison, 'a' | 'b' | 'forced' | 'keyDifferences'>;

type Labels = { readonly aLabel: string; readonly bLabel: string };

type Statistics = Pick<
  PairedResult,
  'test' | 'pValue' | 'difference' | 'low' | 'high' | 'smallestDetectable' | 'tasksToSettle'
>;

const share = (side: PairedTask['a']): number => side.passed / side.repeats;

/**
 * A value that every sample of a task agrees on is one verdict, so repeats that always agree are
 * tested like one sample a task; where samples of a task disagree, task means are compared.
 */
export function compareSubjects(tasks: readonly PairedTask[], labels: Labels): PairedResult {
  const verdicts = tasks.every(({ a, b }) => isVerdict(share(a)) && isVerdict(share(b)));
  const statistics = verdicts ? compareVerdicts(tasks) : compareMeans(tasks);
  const verdict = verdictOf(statistics);
  const result = {
    ...labels,
    ...statistics,
    tasksToSettle: verdict === 'no detectable difference' ? statistics.tasksToSettle : null,
    tasks: tasks.length,
    passedA: sum(tasks.map(({ a }) => share(a))),
    passedB: sum(tasks.map(({ b }) => share(b))),
    onlyA: tasks.filter(({ a, b }) => share(a) > share(b)).map(({ id }) => id),
    onlyB: tasks.filter(({ a, b }) => share(b) > share(a)).map(({ id }) => id),
    verdict,
  };
  return { ...result, sentence: verdictSentence(result), outlook: outlookSentence(result) };
}

const isVerdict = (value: number): boolean => value === 0 || value === 1;
const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

function verdictOf({ pValue, difference }: Statistics): Comparison['verdict'] {
  if (pValue > significanceLevel || difference === 0) return 'no detectable difference';
  return difference > 0 ? 'better' : 'worse';
}

function compareVerdicts(tasks: readonly PairedTask[]): Statistics {
  const count = (a: boolean, b: boolean): number =>
    tasks.filter((task) => task.a.passed > 0 === a && task.b.passed > 0 === b).length;
  const counts = {
    both: count(true, true),
    onlyA: count(true, false),
    onlyB: count(false, true),
    neither: count(false, false),
  };
  return {
    test: 'exact McNemar',
    pValue: exactMcNemar(counts.onlyA, counts.onlyB),
    difference: tasks.length === 0 ? 0 : (counts.onlyB - counts.onlyA) / tasks.length,
    ...pairedDifferenceInterval(counts),
    smallestDetectable: smallestDetectableChange(tasks.length, counts.onlyA + counts.onlyB),
    tasksToSettle: tasksToSettle(
      tasks.length,
      counts.onlyA + counts.onlyB,
      counts.onlyB - counts.onlyA,
    ),
  };
}

function compareMeans(tasks: readonly PairedTask[]): Statistics {
  const differences = tasks.map(({ a, b }) => share(b) - share(a));
  return {
    test: 'paired permutation',
    pValue: pairedPermutation(differences),
    difference: sum(differences) / tasks.length,
    ...(bootstrapMean(differences) ?? { low: -1, high: 1 }),
    smallestDetectable: smallestDetectableMeanChange(differences),
    tasksToSettle: tasksToSettleMeans(differences),
  };
}
