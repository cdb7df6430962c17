/**
 * The row that a key leads to: up and down in reading order, left and right to the row at the same
 * height in the next column, n and p to the next and previous task that differs.
 */
export function matrixTarget(
  rows: readonly HTMLElement[],
  at: number,
  key: string,
): HTMLElement | undefined {
  const differs = (row: HTMLElement): boolean => row.dataset.discordant === 'true';
  switch (key) {
    case 'ArrowDown':
      return rows[at + 1];
    case 'ArrowUp':
      return rows[at - 1];
    case 'Home':
      return rows[0];
    case 'End':
      return rows.at(-1);
    case 'n':
      return rows.slice(at + 1).find(differs);
    case 'p':
      return rows.slice(0, at).findLast(differs);
    case 'ArrowRight':
      return inNextColumn(rows, at, 1);
    case 'ArrowLeft':
      return inNextColumn(rows, at, -1);
    default:
      return undefined;
  }
}

function inNextColumn(
  rows: readonly HTMLElement[],
  at: number,
  direction: 1 | -1,
): HTMLElement | undefined {
  const here = rows[at]?.getBoundingClientRect();
  if (here === undefined) return undefined;
  const beyond = rows
    .map((row) => ({ row, box: row.getBoundingClientRect() }))
    .filter(({ box }) => (box.left - here.left) * direction > here.width / 2);
  const nearest = Math.min(...beyond.map(({ box }) => Math.abs(box.left - here.left)));
  return beyond
    .filter(({ box }) => Math.abs(box.left - here.left) < nearest + 4)
    .sort((a, b) => Math.abs(a.box.top - here.top) - Math.abs(b.box.top - here.top))[0]?.row;
}
