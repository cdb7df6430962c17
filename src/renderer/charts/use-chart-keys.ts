import { type KeyboardEvent, type RefObject, useCallback, useRef } from 'react';
import type { PaneHandle } from './chart-pane';

const stride = 0.01;
const longStride = 0.1;
/** Share of the width that is left in sight by zooming in once. */
const closer = 0.5;

/** The keys of the curves: arrows move the crosshair, + zooms in at it, Escape shows the whole run. */
export function useChartKeys(
  handles: RefObject<ReadonlyMap<string, PaneHandle>>,
  onZoom: (fromX: number, toX: number) => void,
  onReset: () => void,
): { readonly onKeyDown: (event: KeyboardEvent) => void; readonly onBlur: () => void } {
  const share = useRef(1);
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (event.target !== event.currentTarget) return;
      const step = event.shiftKey ? longStride : stride;
      const [first] = handles.current.values();
      switch (event.key) {
        case 'ArrowLeft':
        case 'ArrowRight':
          share.current += event.key === 'ArrowLeft' ? -step : step;
          break;
        case 'Home':
          share.current = 0;
          break;
        case 'End':
          share.current = 1;
          break;
        case '+':
        case '=': {
          if (first === undefined) return;
          const left = Math.min(1 - closer, Math.max(0, share.current - closer / 2));
          onZoom(first.positionAt(left), first.positionAt(left + closer));
          share.current = 0.5;
          break;
        }
        case '-':
        case 'Escape':
          onReset();
          break;
        default:
          return;
      }
      event.preventDefault();
      share.current = Math.min(1, Math.max(0, share.current));
      for (const handle of handles.current.values()) handle.moveCursor(share.current);
    },
    [handles, onZoom, onReset],
  );
  const onBlur = useCallback(() => {
    for (const handle of handles.current.values()) handle.moveCursor(null);
  }, [handles]);
  return { onKeyDown, onBlur };
}
