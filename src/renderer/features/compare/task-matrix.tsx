import type { ComparisonTable } from '@shared/evaluation';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { classNames } from '../../ui/class-names';
import { integer } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { ToggleButton } from '../../ui/segmented';
import { Empty } from '../../ui/waiting';
import { cellWords, failureWords } from '../evaluation/cells';
import { Square, SquareLegend } from '../evaluation/square';
import { SubjectNumber } from '../evaluation/subject-series';
import { matrixTarget } from './matrix-keys';
import { statesIn, type TaskBlock, type TaskRow, taskState } from './task-blocks';

type Subjects = ComparisonTable['subjects'];

/** Every task as a row of squares, one a subject, by category; arrow keys move, Enter opens. */
export function TaskMatrix({
  table,
  blocks,
  onlyDiscordant,
  onOnlyDiscordant,
  onOpen,
}: {
  readonly table: ComparisonTable;
  readonly blocks: readonly TaskBlock[];
  readonly onlyDiscordant: boolean;
  readonly onOnlyDiscordant: (only: boolean) => void;
  readonly onOpen: (taskId: string) => void;
}): ReactNode {
  const { subjects, tasks } = table;
  const [current, setCurrent] = useState<string | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const discordant = tasks.filter((task) => task.discordant).length;
  const shown = blocks.flatMap((block) => block.tasks);
  const entry = shown.some((task) => task.id === current) ? current : (shown[0]?.id ?? null);
  const move = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...(grid.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const target = at < 0 ? undefined : matrixTarget(rows, at, event.key);
    if (target === undefined) return;
    event.preventDefault();
    target.focus();
  };
  return (
    <Panel
      title="Tasks"
      note="choose one to see its prompt, and every answer side by side"
      actions={
        <>
          <SquareLegend states={statesIn(tasks)} />
          <span className="pr-3 text-xs whitespace-nowrap text-ink-soft">
            <span className="font-semibold text-accent">≠</span> differs
          </span>
          <ToggleButton pressed={onlyDiscordant} onChange={onOnlyDiscordant}>
            Only tasks that differ ({integer(discordant)})
          </ToggleButton>
        </>
      }
      bodyClassName="px-4 pt-3"
    >
      {shown.length === 0 ? (
        <Empty title="No task tells them apart.">
          Every subject passes exactly the same tasks; show all of them to read the answers.
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: keys only move the focus among the buttons within
        <div
          ref={grid}
          onKeyDown={move}
          style={{ columnWidth: `${13 + subjects.length * 1.375}rem`, columnGap: '1.5rem' }}
        >
          {blocks.map((block) => (
            <Block
              key={`${block.category} ${block.part}`}
              {...{ block, subjects, entry, onOpen }}
              onFocus={setCurrent}
            />
          ))}
        </div>
      )}
    </Panel>
  );
}

const cellClasses = 'flex w-5.5 shrink-0 justify-center';

function Block({
  block,
  subjects,
  entry,
  onOpen,
  onFocus,
}: {
  readonly block: TaskBlock;
  readonly subjects: Subjects;
  readonly entry: string | null;
  readonly onOpen: (taskId: string) => void;
  readonly onFocus: (taskId: string) => void;
}): ReactNode {
  const { category, part, parts, size, passed, tasks } = block;
  const name = failureWords(category);
  const counts = subjects
    .map((subject, index) => `${subject.label} passes ${passed[index] ?? 0}`)
    .join(', ');
  return (
    <section
      aria-label={parts === 1 ? name : `${name}, part ${part} of ${parts}`}
      className="break-inside-avoid pb-4"
    >
      <header className="flex items-end border-b border-line pb-1">
        <h3 className="min-w-0 flex-1 truncate pr-2 font-medium" title={name}>
          {name}
          {part > 1 && <span className="font-normal text-ink-faint">, continued</span>}
        </h3>
        {subjects.map((subject, index) => (
          <span key={subject.id} title={subject.label} className={cellClasses}>
            <SubjectNumber index={index} />
          </span>
        ))}
      </header>
      {part === 1 && (
        <p className="flex items-center pt-0.5 text-2xs text-ink-faint">
          <span className="min-w-0 flex-1">passes of {integer(size)}</span>
          <span className="sr-only">{counts}</span>
          {passed.map((count, index) => (
            <span key={subjects[index]?.id} aria-hidden className={cellClasses}>
              {integer(count)}
            </span>
          ))}
        </p>
      )}
      <ul>
        {tasks.map((task) => (
          <li key={task.id}>
            <Row {...{ task, subjects, onOpen, onFocus }} reachable={task.id === entry} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({
  task,
  subjects,
  reachable,
  onOpen,
  onFocus,
}: {
  readonly task: TaskRow;
  readonly subjects: Subjects;
  readonly reachable: boolean;
  readonly onOpen: (taskId: string) => void;
  readonly onFocus: (taskId: string) => void;
}): ReactNode {
  const words = subjects.map((subject, index) => {
    const cell = task.cells[index];
    return `${subject.label} ${cellWords(cell === undefined ? undefined : { ...task, taskId: task.id, ...cell })}`;
  });
  return (
    <button
      type="button"
      data-discordant={task.discordant}
      aria-label={`${task.id}${task.discordant ? ', differs' : ''}: ${words.join(', ')}`}
      tabIndex={reachable ? 0 : -1}
      onFocus={() => onFocus(task.id)}
      onClick={() => onOpen(task.id)}
      className="-mx-1 flex h-5.5 w-[calc(100%+0.5rem)] items-center rounded-sm px-1 text-left -outline-offset-1 hover:bg-hover"
    >
      <span aria-hidden className="w-4 shrink-0 font-semibold text-accent">
        {task.discordant ? '≠' : ''}
      </span>
      <span
        title={task.id}
        className={classNames(
          'min-w-0 flex-1 truncate pr-2 font-mono text-xs',
          !task.discordant && 'text-ink-faint',
        )}
      >
        {task.id}
      </span>
      {subjects.map((subject, index) => (
        <span key={subject.id} title={words[index]} className={cellClasses}>
          <Square state={taskState(task.cells[index])} />
        </span>
      ))}
    </button>
  );
}
