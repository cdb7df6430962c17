import { describe, expect, it } from 'vitest';
import { matrixTarget } from './matrix-keys';
import { inBlockOrder, statesIn, type TaskRow, taskBlocks } from './task-blocks';

const cell = (passed: number, judged = 1) => ({ passed, judged, failure: null });

function row(id: string, category: string, ...passed: number[]): TaskRow {
  const cells = passed.map((count) => cell(count));
  return { id, category, cells, discordant: new Set(passed).size > 1 };
}

describe('tasks in blocks', () => {
  it('are grouped by category and counted by subject', () => {
    const blocks = taskBlocks([
      row('a1', 'loops', 1, 0),
      row('b1', 'strings', 1, 1),
      row('a2', 'loops', 1, 1),
    ]);
    expect(blocks.map(({ category, size, passed }) => ({ category, size, passed }))).toEqual([
      { category: 'loops', size: 2, passed: [2, 1] },
      { category: 'strings', size: 1, passed: [1, 1] },
    ]);
    expect(inBlockOrder(blocks).map(({ id }) => id)).toEqual(['a1', 'a2', 'b1']);
  });

  it('split a long category into even parts that keep the counts of the whole', () => {
    const tasks = Array.from({ length: 40 }, (_, index) => row(`t${index}`, 'one', index % 2));
    const blocks = taskBlocks(tasks);
    expect(blocks.map(({ part, parts, tasks: own }) => [part, parts, own.length])).toEqual([
      [1, 3, 14],
      [2, 3, 14],
      [3, 3, 12],
    ]);
    expect(blocks.map(({ passed }) => passed)).toEqual([[20], [20], [20]]);
    expect(inBlockOrder(blocks)).toEqual(tasks);
  });

  it('name the kinds of verdicts that occur', () => {
    const partly: TaskRow = { ...row('p', 'x', 1), cells: [cell(2, 5), cell(0, 0)] };
    expect(statesIn([row('a', 'x', 1, 0)])).toEqual(['passed', 'failed']);
    expect(statesIn([partly])).toEqual(['partly', 'waiting']);
  });
});

describe('keys in the matrix', () => {
  const rows = ['false', 'true', 'false', 'true'].map((discordant): HTMLElement => {
    const element = document.createElement('button');
    element.dataset.discordant = discordant;
    return element;
  });
  const reached = (at: number, key: string): number => {
    const target = matrixTarget(rows, at, key);
    return target === undefined ? -1 : rows.indexOf(target);
  };

  it('go on by one, to the ends, and from one difference to the next', () => {
    expect(['ArrowDown', 'ArrowUp', 'Home', 'End', 'n', 'p'].map((key) => reached(2, key))).toEqual(
      [3, 1, 0, 3, 3, 1],
    );
    expect(reached(3, 'n')).toBe(-1);
    expect(reached(0, 'ArrowUp')).toBe(-1);
    expect(reached(0, 'x')).toBe(-1);
  });

  it('go sideways to the row at the same height', () => {
    const box = (left: number, top: number): DOMRect => new DOMRect(left, top, 100, 20);
    const places = [box(0, 0), box(0, 20), box(120, 0), box(120, 20)];
    for (const [index, element] of rows.entries()) {
      element.getBoundingClientRect = () => places[index] ?? box(0, 0);
    }
    expect(reached(1, 'ArrowRight')).toBe(3);
    expect(reached(2, 'ArrowLeft')).toBe(0);
    expect(reached(3, 'ArrowRight')).toBe(-1);
  });
});
