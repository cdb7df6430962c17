import type { FailureCard } from '@shared/job';
import type { RunDetail } from '@shared/run';
import { Play, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { FailurePanel } from '../../ui/failure-panel';
import { useCommand } from '../../ui/use-command';

/** A failed run's card, with the way to go on. */
export function RunFailure({
  run,
  failure,
}: {
  readonly run: RunDetail;
  readonly failure: FailureCard;
}): ReactNode {
  const { client, query, queryClient } = useLab();
  const again = (): void => {
    void queryClient.invalidateQueries({ queryKey: query.runs.key() });
    void queryClient.invalidateQueries({ queryKey: query.queue.key() });
  };
  const resume = useCommand(() => client.runs.resume({ id: run.summary.id }), {
    said: () => 'The run goes on from its last checkpoint.',
    after: again,
  });
  const retry = useCommand((jobId: string) => client.queue.retry({ id: jobId }), {
    said: () => 'The run is back in the queue.',
    after: again,
  });
  const { jobId } = run;
  return (
    <FailurePanel
      failure={failure}
      actions={
        failure.canResume ? (
          <Button look="primary" disabled={resume.busy} onClick={() => resume.run(undefined)}>
            <Play aria-hidden className="size-3.5" /> Resume from the last checkpoint
          </Button>
        ) : (
          jobId !== null && (
            <Button look="primary" disabled={retry.busy} onClick={() => retry.run(jobId)}>
              <RotateCcw aria-hidden className="size-3.5" /> Retry
            </Button>
          )
        )
      }
    />
  );
}
