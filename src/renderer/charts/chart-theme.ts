/** Colours of the charts, read from the page so that light and dark are told only once. */
export interface ChartTheme {
  readonly ground: string;
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly accent: string;
  readonly warning: string;
  readonly series: readonly string[];
  readonly sans: string;
}

export const seriesCount = 6;

/** Dashes go with the colours, as the second cue. */
export const dashes: readonly (readonly number[])[] = [
  [],
  [6, 3],
  [2, 3],
  [8, 3, 2, 3],
  [12, 4],
  [4, 2],
];

export function readChartTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim() || '#888';
  return {
    ground: colour('--panel'),
    ink: colour('--ink'),
    faint: colour('--ink-faint'),
    line: colour('--line'),
    accent: colour('--accent'),
    warning: colour('--warning'),
    series: Array.from({ length: seriesCount }, (_, index) => colour(`--series-${index + 1}`)),
    sans: '"Inter Variable", system-ui, sans-serif',
  };
}

/** Calls back whenever the system changes between light and dark. */
export function onThemeChange(listener: () => void): () => void {
  const media = window.matchMedia('(prefers-color-scheme: dark)');
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
}

/** A colour with less weight; `share` from 0 to 1. */
export function fade(colour: string, share: number): string {
  const alpha = Math.round(share * 255)
    .toString(16)
    .padStart(2, '0');
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}${alpha}` : colour;
}
