import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { toLabErrorValue } from '../../ui/error-value';
import { plural, probability, significant } from '../../ui/format';
import { Waiting } from '../../ui/waiting';
import { VerdictSentence } from './verdict';

/** The verdict in one sentence, or why the two cannot be compared and the way to do it anyway. */
export function ComparisonVerdict({ a, b }: { readonly a: string; readonly b: string }): ReactNode {
  const { query } = useLab();
  const [insisted, setInsisted] = useState<string | null>(null);
  const force = insisted === `${a} ${b}`;
  const comparison = useQuery(
    query.evaluations.compare.queryOptions({ input: { a, b, force }, retry: false }),
  );
  if (comparison.isError) {
    const refused = toLabErrorValue(comparison.error).code === 'refused';
    return (
      <ErrorCard
        error={comparison.error}
        actions={
          refused && <Button onClick={() => setInsisted(`${a} ${b}`)}>Compare anyway</Button>
        }
      />
    );
  }
  if (comparison.data === undefined) return <Waiting words="Comparing" />;
  const { data } = comparison;
  const facts = [
    `${plural(data.tasks, 'task')} in both`,
    `${plural(data.onlyB.length, 'task')} only ${data.bLabel} passes, ${data.onlyA.length} only ${data.aLabel}`,
    `difference ${points(data.difference)}, 95 % interval ${points(data.low)} to ${points(data.high)} points`,
    `${data.test}, p ${probability(data.pValue)}`,
    `could have shown a change of ${plural(Math.ceil(data.smallestDetectable), 'task')}`,
  ];
  return (
    <div className="space-y-2">
      <VerdictSentence comparison={data} large />
      <p className="flex flex-wrap gap-x-4 gap-y-1 px-1 text-xs text-ink-faint">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
    </div>
  );
}

function points(share: number): string {
  const value = share * 100;
  return `${value > 0 ? '+' : ''}${significant(value)}`;
}
