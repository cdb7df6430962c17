/** Which rows of a long table are in sight; all rows have the same height. */
import { type RefObject, useEffect, useState } from 'react';

const extra = 12;

export interface RowWindow {
  readonly first: number;
  readonly last: number;
  /** Heights, in pixels, of the rows above and below that are not drawn. */
  readonly before: number;
  readonly after: number;
}

export function rowWindow(
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  count: number,
): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - extra);
  const last = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + extra);
  return { first, last, before: first * rowHeight, after: (count - last) * rowHeight };
}

export function useRowWindow(scroller: RefObject<HTMLElement | null>, count: number): RowWindow {
  const [place, setPlace] = useState({ top: 0, height: 1200, row: 36 });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = (): void => {
      const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      const row = 2.25 * (Number.isFinite(root) ? root : 16);
      const height = element.clientHeight === 0 ? 1200 : element.clientHeight;
      // Whole screens of rows, so that scrolling a little draws nothing anew.
      const top = Math.floor(element.scrollTop / (row * 6)) * row * 6;
      setPlace((old) =>
        old.top === top && old.height === height && old.row === row ? old : { top, height, row },
      );
    };
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      observer.disconnect();
    };
  }, [scroller]);
  return rowWindow(place.top, place.height, place.row, count);
}
