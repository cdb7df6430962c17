import type { RunDetail } from '@shared/run';
import type { ReactNode } from 'react';
import { bytes, integer, moment } from '../../ui/format';
import { Quantity } from '../../ui/quantity';
import { Empty } from '../../ui/waiting';

export function CheckpointsTab({ run }: { readonly run: RunDetail }): ReactNode {
  if (run.checkpoints.length === 0) {
    return (
      <Empty title="No checkpoint yet.">
        A checkpoint holds the adapter, the optimizer, the schedule, the random state and the place
        in the data, so that a run can go on exactly where it was.
      </Empty>
    );
  }
  return (
    <table className="w-full">
      <thead>
        <tr className="text-right">
          <th className="label py-2 pl-4 text-left">step</th>
          <th className="label py-2">size</th>
          <th className="label py-2">written</th>
          <th className="label py-2 pr-4">state</th>
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
            <td className={checkpoint.complete ? 'pr-4 text-passed' : 'pr-4 text-failed'}>
              {checkpoint.complete ? 'complete' : 'incomplete'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
