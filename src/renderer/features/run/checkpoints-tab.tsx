import type { RunDetail } from '@shared/run';
import { Ellipsis, Flame, FlaskConical, FolderOutput } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { IconButton } from '../../ui/button';
import { bytes, integer, moment } from '../../ui/format';
import { ActionItem, ActionMenu } from '../../ui/menu';
import { Quantity } from '../../ui/quantity';
import { Empty } from '../../ui/waiting';
import { useEvaluateDialog } from '../subjects/evaluate-store';
import { runSubject } from '../subjects/subject-draft';
import { useExportDialog } from './export-store';
import { ExportsList } from './exports-list';

type Checkpoint = RunDetail['checkpoints'][number];

/** The checkpoints, what can be done with each, and the models that were made of them. */
export function CheckpointsTab({ run }: { readonly run: RunDetail }): ReactNode {
  return (
    <>
      {run.checkpoints.length === 0 ? (
        <Empty title="No checkpoint yet.">
          A checkpoint holds the adapter, the optimizer, the schedule, the random state and the
          place in the data, so that a run can go on exactly where it was.
        </Empty>
      ) : (
        <Checkpoints run={run} />
      )}
      <ExportsList run={run} />
    </>
  );
}

function Checkpoints({ run }: { readonly run: RunDetail }): ReactNode {
  return (
    <table className="w-full">
      <thead>
        <tr className="text-right">
          <th className="label py-2 pl-4 text-left">step</th>
          <th className="label py-2">size</th>
          <th className="label py-2">written</th>
          <th className="label py-2">state</th>
          <th className="w-10">
            <span className="sr-only">actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {run.checkpoints.map((checkpoint) => (
          <tr key={checkpoint.step} className="h-8 border-t border-line text-right">
            <td className="pl-4 text-left font-medium" title={checkpoint.path}>
              {integer(checkpoint.step)}
            </td>
            <td>
              <Quantity of={bytes(checkpoint.bytes)} />
            </td>
            <td className="text-ink-faint">{moment(checkpoint.createdAt)}</td>
            <td className={checkpoint.complete ? 'text-passed' : 'text-failed'}>
              {checkpoint.complete ? 'complete' : 'incomplete'}
            </td>
            <td className="pr-2">
              {checkpoint.complete && <CheckpointMenu run={run} checkpoint={checkpoint} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function CheckpointMenu({
  run,
  checkpoint,
}: {
  readonly run: RunDetail;
  readonly checkpoint: Checkpoint;
}): ReactNode {
  const [, navigate] = useLocation();
  const evaluate = useEvaluateDialog((state) => state.open);
  const exportIt = useExportDialog((state) => state.open);
  const { id, name } = run.summary;
  const { step } = checkpoint;
  const subject = runSubject(id, { kind: 'checkpoint', step });
  return (
    <ActionMenu
      trigger={
        <IconButton name={`What to do with the checkpoint at step ${step}`} size="small">
          <Ellipsis aria-hidden className="size-3.5" />
        </IconButton>
      }
    >
      <ActionItem onClick={() => evaluate({ subject })}>
        <FlaskConical aria-hidden className="size-3.5" /> Evaluate this checkpoint…
      </ActionItem>
      <ActionItem onClick={() => navigate(`/smoke/of/${encodeURIComponent(subject)}`)}>
        <Flame aria-hidden className="size-3.5" /> Smoke test it
      </ActionItem>
      <ActionItem onClick={() => exportIt({ runId: id, runName: name, step })}>
        <FolderOutput aria-hidden className="size-3.5" /> Export merged from here…
      </ActionItem>
    </ActionMenu>
  );
}
