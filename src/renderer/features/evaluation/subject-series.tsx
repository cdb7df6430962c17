/** How subjects are told apart: by number and colour, and in charts by dash too. */
import type { ReactNode } from 'react';
import { dashes, seriesCount } from '../../charts/chart-theme';

/** Number of the series colour of a subject, from 1; colours come again after the sixth. */
export function seriesColour(index: number): number {
  return (index % seriesCount) + 1;
}

/** The colour of a subject as CSS. */
export function seriesInk(index: number): string {
  return `var(--series-${seriesColour(index)})`;
}

/** Dash pattern of a subject for SVG; the first is solid. */
export function seriesDash(index: number): string | undefined {
  const pattern = dashes[index % dashes.length] ?? [];
  return pattern.length === 0 ? undefined : pattern.join(' ');
}

/** The subject's number in its colour: what names it where there is no room for its label. */
export function SubjectNumber({ index }: { readonly index: number }): ReactNode {
  return (
    <span
      aria-hidden
      className="inline-flex h-4.5 min-w-4.5 shrink-0 items-center justify-center rounded-sm px-0.5 text-2xs font-semibold text-panel"
      style={{ background: seriesInk(index) }}
    >
      {index + 1}
    </span>
  );
}

/** The subject's colour alone, where two are named beside it anyway. */
export function SubjectDot({ index }: { readonly index: number }): ReactNode {
  return (
    <span
      aria-hidden
      className="size-2.5 shrink-0 rounded-full"
      style={{ background: seriesInk(index) }}
    />
  );
}
