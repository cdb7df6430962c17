import type { RunDetail, RunSmoke } from '@shared/run';
import { Flame, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { plural } from '../../ui/format';
import { isOpen, StateSign } from '../../ui/job-state';
import { useCommand } from '../../ui/use-command';

/** The smoke test before a run's evaluations; when it was not passed, why, and how to go on. */
export function SmokeGate({ run }: { readonly run: RunDetail }): ReactNode {
  const { smoke } = run;
  if (smoke === null) return null;
  return (
    <div className="space-y-2 px-4 py-3">
      <h3 className="label">smoke test</h3>
      <div className="flex min-w-0 items-center gap-2">
        <StateSign state={smoke.status} />
        <Link href={`/smoke/${smoke.id}`} className="min-w-0 truncate font-medium hover:underline">
          {smoke.check ?? 'before the evaluations'}
        </Link>
        <span className="ml-auto shrink-0 text-xs text-ink-faint">{wordOf(smoke)}</span>
      </div>
      {smoke.refused.length > 0 && <Refused smoke={smoke} />}
    </div>
  );
}

function wordOf({ status }: RunSmoke): string {
  if (isOpen(status)) return 'comes before the evaluations';
  return status === 'done' ? 'passed' : status === 'failed' ? 'not passed' : status;
}

function Refused({ smoke }: { readonly smoke: RunSmoke }): ReactNode {
  const { client, query, queryClient } = useLab();
  const again = (): void => {
    void queryClient.invalidateQueries({ queryKey: query.runs.key() });
    void queryClient.invalidateQueries({ queryKey: query.queue.key() });
    void queryClient.invalidateQueries({ queryKey: query.evaluations.key() });
  };
  const ask = useCommand(() => client.queue.retry({ id: smoke.jobId }), {
    said: () => 'It is asked again; the evaluations follow when it passes.',
    after: again,
  });
  const insist = useCommand(
    async () => {
      for (const { jobId } of smoke.refused) await client.queue.retry({ id: jobId });
    },
    { said: () => 'The evaluations wait in the queue.', after: again },
  );
  const busy = ask.busy || insist.busy;
  return (
    <div className="space-y-2 rounded-md bg-warning-soft p-3 text-xs">
      <p className="text-warning">
        {`${plural(smoke.refused.length, 'evaluation')} of the tuned model `}
        {smoke.refused.length === 1 ? 'was' : 'were'} not started.
      </p>
      {smoke.failure !== null && (
        <ul className="space-y-0.5 text-ink-soft">
          {reasons(smoke.failure).map((line) => (
            <li key={line} className="break-words">
              {line}
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        <Link
          href={`/smoke/${smoke.id}`}
          className="inline-flex h-6 items-center text-accent hover:underline"
        >
          Look at its answer
        </Link>
        <Button size="small" disabled={busy} onClick={() => ask.run(undefined)}>
          <Flame aria-hidden className="size-3" /> Ask again
        </Button>
        <Button size="small" disabled={busy} onClick={() => insist.run(undefined)}>
          <RotateCcw aria-hidden className="size-3" /> Evaluate nevertheless
        </Button>
      </div>
    </div>
  );
}

const shownReasons = 3;

/** What was expected and not met; of a test that got no answer, why. */
function reasons({ why, details }: NonNullable<RunSmoke['failure']>): readonly string[] {
  const unmet = details.filter((line) => line.includes(': expected '));
  return unmet.length === 0 ? [why] : unmet.slice(0, shownReasons);
}
