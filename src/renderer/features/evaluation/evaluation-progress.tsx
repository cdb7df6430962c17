import type { EvaluationListItem } from '@shared/rpc/evaluations';
import type { ReactNode } from 'react';
import { integer } from '../../ui/format';
import { ProgressBar } from '../../ui/progress';

/** How far generation and judging are; judging runs beside it on the processor. */
export function EvaluationProgress({ item }: { readonly item: EvaluationListItem }): ReactNode {
  const { generated, judged, samples } = item;
  const line = (title: string, done: number, tone: 'accent' | 'passed'): ReactNode => (
    <div className="grid grid-cols-[5rem_1fr_6rem] items-center gap-4">
      <span className="text-ink-faint">{title}</span>
      <ProgressBar value={samples === 0 ? null : done / samples} label={title} tone={tone} />
      <span className="text-right">
        {integer(done)}
        <span className="unit">/ {integer(samples)}</span>
      </span>
    </div>
  );
  return (
    <section aria-label="Progress" className="card space-y-1 px-4 py-3">
      {item.status === 'queued' && <p className="text-ink-faint">Waits in the queue.</p>}
      {line('generated', generated, 'accent')}
      {line('judged', judged, 'passed')}
    </section>
  );
}
