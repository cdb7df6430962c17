import { Dialog } from '@base-ui/react/dialog';
import { useQueries } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, SkipBack, SkipForward, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useLab } from '../../app/lab-context';
import { IconButton } from '../../ui/button';
import { Code } from '../../ui/code';
import { backdropClasses } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { Waiting } from '../../ui/waiting';
import { Answers } from './answers';
import { failureWords } from './cells';
import { SubjectDot, SubjectNumber } from './subject-series';

/** Whose answers are shown; `index` decides number and colour. */
export interface SheetSubject {
  readonly id: string;
  readonly label: string;
  readonly index: number;
}

/** One task in full: its prompt, and the subjects' answers side by side. */
export function TaskSheet({
  subjects,
  language,
  taskId,
  taskIds,
  discordant,
  controls,
  onTask,
}: {
  readonly subjects: readonly SheetSubject[];
  readonly language: string;
  readonly taskId: string;
  readonly taskIds: readonly string[];
  /** Tasks on which the subjects differ, to go from one to the next; absent: no such keys. */
  readonly discordant?: ReadonlySet<string>;
  readonly controls?: ReactNode;
  readonly onTask: (taskId: string | null) => void;
}): ReactNode {
  const { query } = useLab();
  const next = useRef<HTMLButtonElement>(null);
  const at = taskIds.indexOf(taskId);
  const results = useQueries({
    queries: subjects.map(({ id }) =>
      query.evaluations.task.queryOptions({ input: { id, taskId }, staleTime: 2000 }),
    ),
  });
  const before = taskIds.slice(0, Math.max(0, at));
  const after = at < 0 ? [] : taskIds.slice(at + 1);
  const differs = (id: string): boolean => discordant?.has(id) === true;
  const targets = {
    previous: before.at(-1),
    next: after[0],
    previousDiscordant: before.findLast(differs),
    nextDiscordant: after.find(differs),
  };
  const go = (target: string | undefined): void => {
    if (target !== undefined) onTask(target);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // Arrows scroll code and move within a group of buttons; there they are not ours.
    if ((event.target as HTMLElement).closest('pre, [role=group], [role=tablist]') !== null) return;
    if (event.key === 'ArrowRight') go(targets.next);
    if (event.key === 'ArrowLeft') go(targets.previous);
    if (event.key === 'n') go(targets.nextDiscordant);
    if (event.key === 'p') go(targets.previousDiscordant);
  };
  const failed = results.find((result) => result.isError);
  const task = results.find((result) => result.data !== undefined)?.data?.task;
  return (
    <Dialog.Root open onOpenChange={(stays) => !stays && onTask(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClasses} />
        <Dialog.Popup
          initialFocus={next}
          className="fixed inset-y-0 right-0 flex w-[min(112rem,94vw)] flex-col border-l border-line bg-canvas text-ink shadow-float transition-[translate] duration-100 data-ending-style:translate-x-8 data-starting-style:translate-x-8"
          style={subjects.length < 3 ? { maxWidth: '76rem' } : undefined}
          onKeyDown={onKey}
        >
          <header className="flex items-center gap-2 border-b border-line py-2.5 pr-3 pl-5">
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
            <span className="pr-1 text-xs text-ink-faint">
              {at < 0 ? '' : `${at + 1} of ${taskIds.length}`}
            </span>
            {discordant !== undefined && (
              <IconButton
                name="Previous task with a difference (p)"
                disabled={targets.previousDiscordant === undefined}
                onClick={() => go(targets.previousDiscordant)}
              >
                <SkipBack aria-hidden className="size-3.5" />
              </IconButton>
            )}
            <IconButton
              name="Previous task"
              disabled={targets.previous === undefined}
              onClick={() => go(targets.previous)}
            >
              <ChevronLeft aria-hidden className="size-4" />
            </IconButton>
            <IconButton
              name="Next task"
              ref={next}
              disabled={targets.next === undefined}
              onClick={() => go(targets.next)}
            >
              <ChevronRight aria-hidden className="size-4" />
            </IconButton>
            {discordant !== undefined && (
              <IconButton
                name="Next task with a difference (n)"
                disabled={targets.nextDiscordant === undefined}
                onClick={() => go(targets.nextDiscordant)}
              >
                <SkipForward aria-hidden className="size-3.5" />
              </IconButton>
            )}
            <Dialog.Close render={<IconButton name="Close" />}>
              <X aria-hidden className="size-4" />
            </Dialog.Close>
          </header>
          {controls}
          <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-5">
            {failed !== undefined && <ErrorCard error={failed.error} />}
            {task === undefined ? (
              failed === undefined && <Waiting words="Reading the answers" />
            ) : (
              <>
                <section aria-label="Prompt" className="card px-4 py-3">
                  <h3 className="label pb-1">prompt</h3>
                  <p className="text-base whitespace-pre-wrap">{task.prompt}</p>
                </section>
                <div className="grid items-start gap-4 lg:grid-cols-[repeat(auto-fit,minmax(min(26rem,100%),1fr))]">
                  {subjects.map((subject, index) => {
                    const samples = results[index]?.data?.samples;
                    return samples === undefined ? (
                      <Waiting key={subject.id} words={`Reading the answer of ${subject.label}`} />
                    ) : (
                      <Answers
                        key={subject.id}
                        subject={subject.label}
                        mark={
                          discordant === undefined ? (
                            <SubjectDot index={subject.index} />
                          ) : (
                            <SubjectNumber index={subject.index} />
                          )
                        }
                        task={task}
                        language={language}
                        samples={samples}
                      />
                    );
                  })}
                </div>
                <details className="card px-4 py-3">
                  <summary className="text-xs font-semibold">The task's own solution</summary>
                  <Code text={task.reference} language={language} className="mt-2" />
                </details>
              </>
            )}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
