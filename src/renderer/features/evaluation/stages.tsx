import type { Judgement } from '@shared/judgement';
import { Check, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names';
import { duration } from '../../ui/format';

/** The stages that were judged, one by one; the first failure ends the row. */
export function Stages({ judgement }: { readonly judgement: Judgement }): ReactNode {
  return (
    <ol aria-label="Stages" className="flex flex-wrap gap-1.5">
      {judgement.stages.map((stage) => {
        const Icon = stage.passed ? Check : X;
        return (
          <li
            key={stage.stage}
            title={stage.message === '' ? undefined : stage.message}
            className={classNames(
              'flex h-6 items-center gap-1 rounded-full pr-2.5 pl-1.5 text-xs font-medium',
              stage.passed ? 'bg-passed-soft text-passed' : 'bg-failed-soft text-failed',
            )}
          >
            <Icon aria-hidden className="size-3.5" strokeWidth={2.5} />
            {stage.stage}
            <span className="sr-only">{stage.passed ? 'passed' : 'failed'}</span>
            {stage.milliseconds >= 1 && (
              <span className="font-normal">{duration(stage.milliseconds / 1000)}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
