import type { Comparison } from '@shared/evaluation';
import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Equal } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { classNames } from '../../ui/class-names';
import { ErrorCard } from '../../ui/error-card';
import { Waiting } from '../../ui/waiting';

/** Tone and sign of a verdict; the sign is the second cue beside colour. */
export const verdictLooks = {
  better: { tone: 'bg-passed-soft', ink: 'text-passed', icon: ArrowUp },
  worse: { tone: 'bg-failed-soft', ink: 'text-failed', icon: ArrowDown },
  'no detectable difference': { tone: 'bg-sunken', ink: 'text-ink-faint', icon: Equal },
} as const;

/** One sentence that says whether `b` differs from `a`. */
export function VerdictSentence({
  comparison,
  large = false,
}: {
  readonly comparison: Comparison;
  readonly large?: boolean;
}): ReactNode {
  const { tone, ink, icon: Icon } = verdictLooks[comparison.verdict];
  return (
    <div
      role="status"
      aria-label="Verdict"
      className={classNames('flex items-start gap-2.5 rounded-md', tone, large ? 'p-4' : 'p-3')}
    >
      <Icon
        aria-hidden
        strokeWidth={2.5}
        className={classNames('shrink-0', ink, large ? 'mt-0.5 size-5' : 'mt-0.5 size-4')}
      />
      <p className={large ? 'text-lg leading-6 font-medium' : 'font-medium'}>
        {comparison.sentence}
        {comparison.outlook !== null && (
          <span className="block pt-1 text-sm leading-5 font-normal text-ink-soft">
            {comparison.outlook}
          </span>
        )}
        {comparison.forced && (
          <span className="block pt-1 text-xs font-normal text-warning">
            Compared although they differ in: {comparison.keyDifferences.join('; ')}.
          </span>
        )}
      </p>
    </div>
  );
}

/** The verdict on two finished evaluations. */
export function Verdict({ a, b }: { readonly a: string; readonly b: string }): ReactNode {
  const { query } = useLab();
  const comparison = useQuery(query.evaluations.compare.queryOptions({ input: { a, b } }));
  if (comparison.data !== undefined) return <VerdictSentence comparison={comparison.data} />;
  if (comparison.isError) return <ErrorCard error={comparison.error} />;
  return <Waiting words="Comparing" />;
}
