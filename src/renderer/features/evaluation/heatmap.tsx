import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { integer } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { byCategory, type Cell, cellState, cellWords, failureWords } from './cells';
import { Square, SquareLegend } from './square';

/** Every task as a column of two squares: this evaluation above, its rival below. */
export function Heatmap({
  cells,
  rivalCells,
  name,
  rivalName,
  onOpen,
}: {
  readonly cells: readonly Cell[];
  readonly rivalCells: readonly Cell[] | null;
  readonly name: string;
  readonly rivalName: string | null;
  readonly onOpen: (taskId: string) => void;
}): ReactNode {
  const rivals = new Map((rivalCells ?? []).map((cell) => [cell.taskId, cell]));
  const [current, setCurrent] = useState<string | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const entry = current ?? cells[0]?.taskId;

  const move = (event: KeyboardEvent): void => {
    const buttons = [...(grid.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const next = neighbour(buttons, at, event.key);
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    next.focus();
  };

  return (
    <Panel
      title="Tasks"
      note="choose one to see its prompt, code and verdict"
      actions={<SquareLegend states={['passed', 'failed', 'waiting']} />}
      bodyClassName="px-4 py-3"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys only move the focus among the buttons within */}
      <div ref={grid} onKeyDown={move} className="space-y-3">
        {[...byCategory(cells)].map(([category, group]) => {
          const passed = group.filter((cell) => cellState(cell) === 'passed').length;
          const rivalPassed = group.filter(
            (cell) => cellState(rivals.get(cell.taskId)) === 'passed',
          ).length;
          return (
            <section
              key={category}
              aria-label={category}
              className="grid gap-x-4 gap-y-1 md:grid-cols-[9rem_minmax(0,1fr)]"
            >
              <div className="flex gap-3 md:block">
                <h3 className="truncate font-medium">{failureWords(category)}</h3>
                <p className="text-xs text-ink-faint">
                  {integer(passed)}
                  {rivalCells !== null && ` against ${integer(rivalPassed)}`} of{' '}
                  {integer(group.length)}
                </p>
              </div>
              <div className="flex flex-wrap gap-[3px]">
                {group.map((cell) => {
                  const rival = rivals.get(cell.taskId);
                  const words = [
                    `${cell.taskId}: ${name} ${cellWords(cell)}`,
                    ...(rivalName === null ? [] : [`${rivalName} ${cellWords(rival)}`]),
                  ].join(', ');
                  return (
                    <button
                      key={cell.taskId}
                      type="button"
                      aria-label={words}
                      title={words}
                      tabIndex={cell.taskId === entry ? 0 : -1}
                      onFocus={() => setCurrent(cell.taskId)}
                      onClick={() => onOpen(cell.taskId)}
                      className="group grid gap-px rounded-[3px] outline-offset-2 hover:outline-2 hover:outline-ink-faint"
                    >
                      <Square state={cellState(cell)} />
                      {rivalCells !== null && <Square state={cellState(rival)} />}
                    </button>
                  );
                })}
              </div>
            </section>
          );
        })}
      </div>
    </Panel>
  );
}

/** The square that an arrow key leads to, by where it is on the screen. */
function neighbour(
  buttons: readonly HTMLElement[],
  at: number,
  key: string,
): HTMLElement | undefined {
  const here = buttons[at]?.getBoundingClientRect();
  if (here === undefined) return undefined;
  switch (key) {
    case 'ArrowRight':
      return buttons[at + 1];
    case 'ArrowLeft':
      return buttons[at - 1];
    case 'Home':
      return buttons[0];
    case 'End':
      return buttons.at(-1);
    case 'ArrowDown':
    case 'ArrowUp': {
      const below = key === 'ArrowDown';
      const rows = buttons.filter((button) => {
        const { top } = button.getBoundingClientRect();
        return below ? top > here.top + 4 : top < here.top - 4;
      });
      const distance = (button: HTMLElement): number => {
        const box = button.getBoundingClientRect();
        return Math.abs(box.top - here.top) * 1000 + Math.abs(box.left - here.left);
      };
      return [...rows].sort((a, b) => distance(a) - distance(b))[0];
    }
    default:
      return undefined;
  }
}
