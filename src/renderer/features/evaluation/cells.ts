/** The verdict a task, as the heatmap shows it. */
export interface Cell {
  readonly taskId: string;
  readonly category: string;
  readonly passed: number;
  readonly judged: number;
  readonly failure: string | null;
}

export type CellState = 'passed' | 'partly' | 'failed' | 'waiting';

export function cellState(cell: Cell | undefined): CellState {
  if (cell === undefined || cell.judged === 0) return 'waiting';
  if (cell.passed === cell.judged) return 'passed';
  return cell.passed === 0 ? 'failed' : 'partly';
}

/** `wrong_output` reads as `wrong output`. */
export function failureWords(kind: string): string {
  return kind.replaceAll('_', ' ');
}

export function cellWords(cell: Cell | undefined): string {
  const state = cellState(cell);
  switch (state) {
    case 'waiting':
      return 'not judged yet';
    case 'passed':
      return 'passed';
    case 'partly':
      return `passed ${cell?.passed} of ${cell?.judged}`;
    case 'failed':
      return cell?.failure == null ? 'failed' : `failed: ${failureWords(cell.failure)}`;
  }
}

/** Cells by category, in the order in which the categories first appear. */
export function byCategory(cells: readonly Cell[]): ReadonlyMap<string, readonly Cell[]> {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const group = groups.get(cell.category);
    if (group === undefined) groups.set(cell.category, [cell]);
    else group.push(cell);
  }
  return groups;
}

/** How often each kind of failure occurs, most frequent first. */
export function failureCounts(cells: readonly Cell[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { failure } of cells) {
    if (failure !== null) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  }
  return new Map([...counts].sort((a, b) => b[1] - a[1]));
}
