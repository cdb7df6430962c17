/** The tasks of a comparison as blocks of rows that flow into columns. */
import type { ComparisonTable, TaskCell } from '@shared/evaluation';
import type { CellState } from '../evaluation/cells';

export type TaskRow = ComparisonTable['tasks'][number];

export interface TaskBlock {
  readonly category: string;
  /** From 1; a long category comes in several blocks. */
  readonly part: number;
  readonly parts: number;
  /** Of the whole category. */
  readonly size: number;
  /** Tasks of the whole category that each subject passes in every sample. */
  readonly passed: readonly number[];
  readonly tasks: readonly TaskRow[];
}

const longestBlock = 16;

export function taskState(cell: TaskCell | undefined): CellState {
  if (cell === undefined || cell.judged === 0) return 'waiting';
  if (cell.passed === cell.judged) return 'passed';
  return cell.passed === 0 ? 'failed' : 'partly';
}

/** Blocks by category, in the order in which the categories first appear. */
export function taskBlocks(tasks: readonly TaskRow[]): readonly TaskBlock[] {
  const categories = new Map<string, TaskRow[]>();
  for (const task of tasks) {
    const group = categories.get(task.category);
    if (group === undefined) categories.set(task.category, [task]);
    else group.push(task);
  }
  return [...categories].flatMap(([category, group]) => {
    const subjects = group[0]?.cells.length ?? 0;
    const passed = Array.from(
      { length: subjects },
      (_, index) => group.filter((task) => taskState(task.cells[index]) === 'passed').length,
    );
    const parts = Math.ceil(group.length / longestBlock);
    const length = Math.ceil(group.length / parts);
    return Array.from({ length: parts }, (_, part) => ({
      ...{ category, part: part + 1, parts, size: group.length, passed },
      tasks: group.slice(part * length, (part + 1) * length),
    }));
  });
}

/** The tasks in the order in which the blocks show them. */
export function inBlockOrder(blocks: readonly TaskBlock[]): readonly TaskRow[] {
  return blocks.flatMap((block) => block.tasks);
}

/** Which kinds of verdicts occur, for the legend. */
export function statesIn(tasks: readonly TaskRow[]): readonly CellState[] {
  const found = new Set(tasks.flatMap((task) => task.cells.map(taskState)));
  return (['passed', 'partly', 'failed', 'waiting'] as const).filter((state) => found.has(state));
}
