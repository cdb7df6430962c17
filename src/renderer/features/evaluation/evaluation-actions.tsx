import type { EvaluationDetail } from '@shared/rpc/evaluations';
import { RotateCcw, Trash2, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button, IconButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/dialog';
import { FailurePanel } from '../../ui/failure-panel';
import { isOpen } from '../../ui/job-state';
import { useCommand } from '../../ui/use-command';
import { useQueue } from '../lab/use-queue';

/** The job that makes an evaluation; `null` when the queue no longer has it. */
function useJobId(evaluationId: string): string | null {
  const { data } = useQueue();
  return data?.jobs.find((job) => job.targetId === evaluationId)?.id ?? null;
}

/** A failed evaluation's card; what was generated and judged is kept when it is retried. */
export function EvaluationFailure({ detail }: { readonly detail: EvaluationDetail }): ReactNode {
  const { client, query, queryClient } = useLab();
  const jobId = useJobId(detail.item.id);
  const retry = useCommand((id: string) => client.queue.retry({ id }), {
    said: () => 'The evaluation is back in the queue. What is judged already is kept.',
    after: () => {
      void queryClient.invalidateQueries({ queryKey: query.queue.key() });
      void queryClient.invalidateQueries({ queryKey: query.evaluations.key() });
    },
  });
  if (detail.failure === null) return null;
  return (
    <FailurePanel
      failure={detail.failure}
      actions={
        jobId !== null && (
          <Button look="primary" disabled={retry.busy} onClick={() => retry.run(jobId)}>
            <RotateCcw aria-hidden className="size-3.5" /> Retry
          </Button>
        )
      }
    />
  );
}

/** Cancel while it is open, delete when it is not. */
export function EvaluationActions({ detail }: { readonly detail: EvaluationDetail }): ReactNode {
  const { client, query, queryClient } = useLab();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const { item, folder } = detail;
  const jobId = useJobId(item.id);
  const cancel = useCommand((id: string) => client.queue.cancel({ id }), {
    said: () => `Cancelled: ${item.subject} on ${item.benchmark}.`,
  });
  const remove = useCommand(() => client.evaluations.delete({ id: item.id }), {
    said: () => "The evaluation was moved to the lab's trash.",
    after: () => {
      void queryClient.invalidateQueries({ queryKey: query.evaluations.list.key() });
      void queryClient.invalidateQueries({ queryKey: query.runs.key() });
      navigate('/leaderboard');
    },
  });
  if (isOpen(item.status)) {
    return jobId === null ? null : (
      <Button disabled={cancel.busy} onClick={() => cancel.run(jobId)}>
        <X aria-hidden className="size-3.5" /> Cancel
      </Button>
    );
  }
  return (
    <>
      <IconButton name="Delete" look="danger" onClick={() => setAsking(true)}>
        <Trash2 aria-hidden className="size-3.5" />
      </IconButton>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.run(undefined)}
        title={`Delete the evaluation of ${item.subject}?`}
        confirm="Delete"
      >
        <p>
          Its folder, with every generation and judgement, is moved to the trash folder of the lab
          home, from where it can be brought back by hand.
        </p>
        <p className="font-mono text-xs break-all">{folder}</p>
      </ConfirmDialog>
    </>
  );
}
