import type { RunDetail } from '@shared/run';
import { Copy, Flame, FolderOutput, Pencil, Play, Square, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button, IconButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/dialog';
import { isActive } from '../../ui/job-state';
import { useCommand } from '../../ui/use-command';
import { EvaluateButton } from '../subjects/evaluate-button';
import { runSubject } from '../subjects/subject-draft';
import { useTrainDialog } from '../train/train-store';
import { ExportDialog } from './export-dialog';
import { useExportDialog } from './export-store';
import { RenameDialog } from './rename-dialog';

type Asking = 'rename' | 'delete' | null;

/** Everything that can be done with a run; what does not apply now is absent. */
export function RunActions({ run }: { readonly run: RunDetail }): ReactNode {
  const { client, query, queryClient } = useLab();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<Asking>(null);
  const duplicate = useTrainDialog((state) => state.open);
  const exportIt = useExportDialog((state) => state.open);
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
      {(status === 'done' || run.checkpoints.some(({ complete }) => complete)) && (
        <EvaluateButton origin={{ subject: subjectOfRun(run) }} />
      )}
      {status === 'done' && (
        <Button onClick={() => exportIt({ runId: id, runName: name, step: null })}>
          <FolderOutput aria-hidden className="size-3.5" /> Export merged…
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
      <ExportDialog />
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

/** Its adapter; before that is finished, the newest checkpoint. */
function subjectOfRun({ summary, checkpoints }: RunDetail): string {
  const steps = checkpoints.filter(({ complete }) => complete).map(({ step }) => step);
  const step = Math.max(...steps);
  return summary.status === 'done' || steps.length === 0
    ? summary.id
    : runSubject(summary.id, { kind: 'checkpoint', step });
}
