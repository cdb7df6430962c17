import type { SmokeCheck } from '@shared/smoke';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Choice } from '../../ui/choice';
import { ErrorCard } from '../../ui/error-card';
import { Changed } from '../../ui/field';

/** No name of a smoke test has a space; an empty value would show as not chosen. */
const none = 'no smoke test';

/** The saved smoke test that a trained model must pass before its evaluations are spent. */
export function SmokeField({
  value,
  before,
  onChange,
}: {
  readonly value: string | null;
  /** What is saved, when that differs. */
  readonly before: string | undefined;
  readonly onChange: (name: string | null) => void;
}): ReactNode {
  const { query } = useLab();
  const checks = useQuery(query.smoke.checks.queryOptions());
  if (checks.isError) return <ErrorCard error={checks.error} />;
  const list = checks.data ?? [];
  const gone = value !== null && checks.data !== undefined && !list.some(named(value));
  return (
    <div className="min-w-0">
      <div className="flex items-baseline gap-2 pb-1 text-xs font-medium">
        Smoke test before them
        {before !== undefined && <Changed before={before} />}
      </div>
      <Choice
        label="Smoke test before the evaluations"
        className="w-full max-w-md"
        value={value ?? none}
        options={[
          { value: none, title: none, note: 'evaluated in any case' },
          ...(gone ? [{ value, title: value, note: 'not here' }] : []),
          ...list.map((check) => ({
            value: check.name,
            title: check.name,
            note: `${check.prompt.slice(0, 60)} · ${expected(check)}`,
          })),
        ]}
        onChange={(next) => onChange(next === none ? null : next)}
      />
      {gone ? (
        <p role="alert" className="pt-1 text-2xs text-failed">
          There is no saved smoke test “{value}”: trainings of this preset would be refused.
        </p>
      ) : (
        <p className="pt-1 text-2xs text-ink-faint">
          One prompt that the tuned model must pass, or its evaluations are not started.{' '}
          {checks.data?.length === 0 && 'None is saved yet: '}
          <Link href="/smoke" className="text-accent underline">
            {checks.data?.length === 0 ? 'ask something and save it' : 'Ask and save another'}
          </Link>
          .
        </p>
      )}
    </div>
  );
}

const named =
  (name: string) =>
  (check: SmokeCheck): boolean =>
    check.name === name;

/** What must hold of the answer, in a few words. */
function expected({ expect }: SmokeCheck): string {
  const { finishReason, minTokens, maxTokens, noLeakedTurns, toolCall, contains, matches } = expect;
  const words = [
    finishReason === undefined ? null : `ends with ${finishReason}`,
    minTokens === undefined ? null : `at least ${minTokens} tokens`,
    maxTokens === undefined ? null : `at most ${maxTokens} tokens`,
    noLeakedTurns ? 'no leaked turns' : null,
    toolCall === undefined ? null : `tool call ${toolCall}`,
    contains.length === 0 ? null : `contains ${contains.map((text) => `“${text}”`).join(', ')}`,
    matches.length === 0 ? null : `matches ${matches.join(', ')}`,
  ].filter((word) => word !== null);
  return words.join(', ') || 'nothing expected';
}
