import type { ComparisonTable } from '@shared/evaluation';
import type { ReactNode } from 'react';
import { ToggleButton } from '../../ui/segmented';
import { cellWords } from '../evaluation/cells';
import { Square } from '../evaluation/square';
import { SubjectNumber } from '../evaluation/subject-series';
import { TaskSheet } from '../evaluation/task-sheet';
import { useCompareView } from './compare-store';
import { type TaskRow, taskState } from './task-blocks';

/** Answers of as many subjects are side by side unless more are asked for. */
const shownAtFirst = 4;

/** One task with the answers of the chosen subjects side by side. */
export function ComparisonSheet({
  table,
  tasks,
  taskId,
  language,
  onTask,
}: {
  readonly table: ComparisonTable;
  /** In the order in which they are gone through. */
  readonly tasks: readonly TaskRow[];
  readonly taskId: string;
  readonly language: string;
  readonly onTask: (taskId: string | null) => void;
}): ReactNode {
  const { shown, change } = useCompareView();
  const subjects = table.subjects.map(({ id, label }, index) => ({
    ...{ id, label, index },
    visible: shown[id] ?? index < shownAtFirst,
  }));
  const task = table.tasks.find((row) => row.id === taskId);
  return (
    <TaskSheet
      subjects={subjects.filter((subject) => subject.visible)}
      language={language}
      taskId={taskId}
      taskIds={tasks.map(({ id }) => id)}
      discordant={new Set(tasks.filter((row) => row.discordant).map(({ id }) => id))}
      onTask={onTask}
      controls={
        <fieldset className="flex max-h-24 flex-wrap items-center gap-1.5 overflow-y-auto border-b border-line px-5 py-2">
          <legend className="sr-only">Whose answers are shown</legend>
          {subjects.map(({ id, label, index, visible }) => {
            const cell = task?.cells[index];
            const words = cellWords(
              task === undefined || cell === undefined
                ? undefined
                : { ...cell, taskId, category: task.category },
            );
            return (
              <ToggleButton
                key={id}
                pressed={visible}
                onChange={(next) => change({ shown: { ...shown, [id]: next } })}
              >
                <span title={words} className="flex max-w-60 items-center gap-1.5">
                  <SubjectNumber index={index} />
                  <span className="truncate">{label}</span>
                  <span className="sr-only">: {words}</span>
                  <Square state={taskState(cell)} small />
                </span>
              </ToggleButton>
            );
          })}
        </fieldset>
      }
    />
  );
}
