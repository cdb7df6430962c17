import { Dialog } from '@base-ui/react/dialog';
import type { EvaluationListItem } from '@shared/rpc/evaluations';
import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useLab } from '../../app/lab-context';
import { IconButton } from '../../ui/button';
import { classNames } from '../../ui/class-names';
import { Code } from '../../ui/code';
import { backdropClasses } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { Waiting } from '../../ui/waiting';
import { Answers } from './answers';
import { failureWords } from './cells';

/** One task in full: its prompt, and both subjects' answers side by side. */
export function TaskSheet({
  item,
  rival,
  taskId,
  taskIds,
  onTask,
}: {
  readonly item: EvaluationListItem;
  readonly rival: EvaluationListItem | null;
  readonly taskId: string;
  readonly taskIds: readonly string[];
  readonly onTask: (taskId: string | null) => void;
}): ReactNode {
  const { query } = useLab();
  const next = useRef<HTMLButtonElement>(null);
  const at = taskIds.indexOf(taskId);
  const result = useQuery(
    query.evaluations.task.queryOptions({ input: { id: item.id, taskId }, staleTime: 2000 }),
  );
  const rivalResult = useQuery(
    query.evaluations.task.queryOptions({
      input: { id: rival?.id ?? '', taskId },
      enabled: rival !== null,
      staleTime: 2000,
    }),
  );
  const go = (offset: number): void => {
    const target = taskIds[at + offset];
    if (at >= 0 && target !== undefined) onTask(target);
  };
  const task = result.data?.task;
  return (
    <Dialog.Root open onOpenChange={(stays) => !stays && onTask(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClasses} />
        <Dialog.Popup
          initialFocus={next}
          className="fixed inset-y-0 right-0 flex w-[min(76rem,94vw)] flex-col border-l border-line bg-canvas text-ink shadow-float transition-[translate] duration-100 data-ending-style:translate-x-8 data-starting-style:translate-x-8"
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight') go(1);
            if (event.key === 'ArrowLeft') go(-1);
          }}
        >
          <header className="flex items-center gap-3 border-b border-line py-2.5 pr-3 pl-5">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="truncate font-mono text-base font-semibold">
                {taskId}
              </Dialog.Title>
              <Dialog.Description className="text-xs text-ink-faint">
                {task === undefined
                  ? '\u00a0'
                  : [
                      failureWords(task.category),
                      task.constructs.length > 0 ? `asks for ${task.constructs.join(', ')}` : '',
                    ]
                      .filter(Boolean)
                      .join(' · ')}
              </Dialog.Description>
            </div>
            <span className="text-xs text-ink-faint">
              {at < 0 ? '' : `${at + 1} of ${taskIds.length}`}
            </span>
            <IconButton name="Previous task" disabled={at <= 0} onClick={() => go(-1)}>
              <ChevronLeft aria-hidden className="size-4" />
            </IconButton>
            <IconButton
              name="Next task"
              ref={next}
              disabled={at < 0 || at >= taskIds.length - 1}
              onClick={() => go(1)}
            >
              <ChevronRight aria-hidden className="size-4" />
            </IconButton>
            <Dialog.Close render={<IconButton name="Close" />}>
              <X aria-hidden className="size-4" />
            </Dialog.Close>
          </header>
          <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-5">
            {result.isError && <ErrorCard error={result.error} />}
            {result.data === undefined ? (
              <Waiting words="Reading the answers" />
            ) : (
              <>
                <section aria-label="Prompt" className="card px-4 py-3">
                  <h3 className="label pb-1">prompt</h3>
                  <p className="text-base whitespace-pre-wrap">{result.data.task.prompt}</p>
                </section>
                <div className={classNames('grid gap-4', rival !== null && 'lg:grid-cols-2')}>
                  <Answers
                    subject={item.subject}
                    colour={1}
                    task={result.data.task}
                    samples={result.data.samples}
                  />
                  {rival !== null && (
                    <Answers
                      subject={rival.subject}
                      colour={2}
                      task={result.data.task}
                      samples={rivalResult.data?.samples ?? []}
                    />
                  )}
                </div>
                <details className="card px-4 py-3">
                  <summary className="text-xs font-semibold">The task's own solution</summary>
                  <Code text={result.data.task.reference} language="javascript" className="mt-2" />
                </details>
              </>
            )}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
