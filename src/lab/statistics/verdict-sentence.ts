/** The verdict in one sentence, for people who know no statistics. */
import type { Comparison } from '@shared/evaluation';

type Told = Pick<
  Comparison,
  | 'aLabel'
  | 'bLabel'
  | 'tasks'
  | 'passedA'
  | 'passedB'
  | 'pValue'
  | 'smallestDetectable'
  | 'verdict'
  | 'test'
>;

export function verdictSentence(told: Told): string {
  const { aLabel, bLabel, tasks, passedA, passedB, verdict } = told;
  if (tasks === 0) return `${bLabel} and ${aLabel} have no judged task in common.`;
  const counts = `${bLabel} passes ${number(passedB)} of ${tasks}, ${aLabel} ${number(passedA)} of ${tasks}`;
  if (verdict === 'no detectable difference') return `${counts}: ${verdict}; ${limit(told)}.`;
  return `${counts}: ${verdict}, ${probability(told.pValue)}.`;
}

/** What would settle a comparison that did not; null when it did. */
export function outlookSentence(
  told: Told & Pick<Comparison, 'tasksToSettle' | 'difference'>,
): string | null {
  const { tasks, tasksToSettle: needed, verdict } = told;
  if (verdict !== 'no detectable difference' || tasks === 0) return null;
  if (told.difference === 0) {
    return 'Both pass equally much: nothing seen here says that more tasks would show a difference.';
  }
  if (needed === null) {
    return 'If the true difference is as small as the one seen, no set of a practical size shows it.';
  }
  const more = needed - tasks;
  return (
    `If the true difference is as large as the one seen, about ${needed.toLocaleString('en')} tasks ` +
    `like these would show it: ${more.toLocaleString('en')} more.`
  );
}

function limit({ smallestDetectable, tasks }: Told): string {
  if (smallestDetectable > tasks) return 'this set is too small to show any change';
  const change = Math.ceil(smallestDetectable);
  return `this set can only show changes of ${change} ${change === 1 ? 'task' : 'tasks'} or more`;
}

const number = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(1);

const probability = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);
