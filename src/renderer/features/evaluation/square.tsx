import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names';
import type { CellState } from './cells';

const fills: Readonly<Record<CellState, string>> = {
  passed: 'bg-passed-fill',
  partly: 'bg-[linear-gradient(135deg,var(--passed-fill)_50%,var(--failed-fill)_50%)]',
  failed: 'bg-failed-fill',
  waiting: 'bg-sunken shadow-[inset_0_0_0_1px_var(--line)]',
};

/** A verdict as a square. A failed one carries a dot, so that it differs without colour too. */
export function Square({
  state,
  small = false,
}: {
  readonly state: CellState;
  readonly small?: boolean;
}): ReactNode {
  return (
    <span
      aria-hidden
      className={classNames(
        'flex items-center justify-center rounded-[2px]',
        small ? 'size-3' : 'size-4',
        fills[state],
        state === 'failed' && 'after:size-1 after:rounded-full after:bg-panel',
      )}
    />
  );
}

/** What the squares mean; `states` are those that occur. */
export function SquareLegend({ states }: { readonly states: readonly CellState[] }): ReactNode {
  const words = { passed: 'passed', partly: 'some samples', failed: 'failed', waiting: 'waiting' };
  return (
    <div className="flex gap-3 pr-2 text-xs text-ink-soft">
      {states.map((state) => (
        <span key={state} className="flex items-center gap-1.5">
          <Square state={state} small />
          {words[state]}
        </span>
      ))}
    </div>
  );
}
