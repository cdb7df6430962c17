import type { RunDetail } from '@shared/run';
import { Copy, Flame, FlaskConical, Pencil, Play, Square, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button, IconButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/dialog';
import { isActive } from '../../ui/job-state';
import { useCommand } from '../../ui/use-command';
import { useTrainDialog } from '../train/train-store';
import { EvaluateDialog } from './evaluate-dialog';
import { RenameDialog } from './rename-dialog';

type Asking = 'rename' | 'delete' | 'evaluate' | null;

/** Everything that can be done with a run; what does not apply now is absent. */
export function RunActions({ run }: { readonly run: RunDetail }): ReactNode {
  const { client, query, queryClient } = useLab();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<Asking>(null);
  const duplicate = useTrainDialog((state) => state.open);
  const { id, name, status } = run.summary;
  const again = (): void => {
    void queryClient.invalidateQueries({ queryKey: query.runs.key() });
    void queryClient.invalidateQueries({ queryKey: query.queue.key() });
  };
  const stop = useCommand(() => client.runs.stop({ id }), {
    said: () => 'Stopping: the step is finished and a checkpoint is written.',
    after: again,
  });
  const resume = useCommand(() => client.runs.resume({ id }), {
    said: () => 'The run goes on from its last checkpoint.',
    after: again,
  });
  const remove = useCommand(() => client.runs.delete({ id }), {
    said: () => `${name} was moved to the lab's trash.`,
    after: () => {
      again();
      navigate('/runs');
    },
  });
  const close = (): void => setAsking(null);
  return (
    <div className="flex flex-wrap items-center gap-2">
      {isActive(status) && (
        <Button disabled={status === 'stopping' || stop.busy} onClick={() => stop.run(undefined)}>
          <Square aria-hidden className="size-3.5" /> Stop
        </Button>
      )}
      {(status === 'stopped' || (status === 'failed' && run.failure === null)) && (
        <Button look="primary" disabled={resume.busy} onClick={() => resume.run(undefined)}>
          <Play aria-hidden className="size-3.5" /> Resume
        </Button>
      )}
      {status === 'done' && (
        <Button onClick={() => navigate(`/smoke/of/${id}`)}>
          <Flame aria-hidden className="size-3.5" /> Smoke test
        </Button>
      )}
      {status === 'done' && (
        <Button onClick={() => setAsking('evaluate')}>
          <FlaskConical aria-hidden className="size-3.5" /> Evaluate
        </Button>
      )}
      <Button onClick={() => duplicate({ kind: 'run', runId: id })}>
        <Copy aria-hidden className="size-3.5" /> Duplicate
      </Button>
      <IconButton name="Rename" look="secondary" onClick={() => setAsking('rename')}>
        <Pencil aria-hidden className="size-3.5" />
      </IconButton>
      <IconButton
        name="Delete"
        look="danger"
        disabled={isActive(status)}
        onClick={() => setAsking('delete')}
      >
        <Trash2 aria-hidden className="size-3.5" />
      </IconButton>
      {asking === 'rename' && <RenameDialog id={id} name={name} onClose={close} />}
      {asking === 'evaluate' && <EvaluateDialog subject={id} name={name} onClose={close} />}
      <ConfirmDialog
        open={asking === 'delete'}
        onClose={close}
        onConfirm={() => remove.run(undefined)}
        title={`Delete ${name}?`}
        confirm="Delete"
      >
        <p>
          Its folder, with curves, checkpoints and the adapter, is moved to the trash folder of the
          lab home, from where it can be brought back by hand. Its evaluations stay.
        </p>
        <p className="font-mono text-xs break-all">{run.folder}</p>
      </ConfirmDialog>
    </div>
  );
}
