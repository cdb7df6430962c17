/** How curves are drawn; kept for the next time the window opens. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { XKind } from '../../charts/columns';

interface ChartViewStore {
  readonly x: XKind;
  readonly smoothing: number;
  readonly log: boolean;
  readonly setX: (x: XKind) => void;
  readonly setSmoothing: (smoothing: number) => void;
  readonly setLog: (log: boolean) => void;
}

export const useChartView = create<ChartViewStore>()(
  persist(
    (set) => ({
      x: 'step',
      smoothing: 0.8,
      log: false,
      setX: (x) => set({ x }),
      setSmoothing: (smoothing) => set({ smoothing }),
      setLog: (log) => set({ log }),
    }),
    {
      name: 'lorabench.chart-view',
      version: 1,
      partialize: ({ x, smoothing, log }) => ({ x, smoothing, log }),
    },
  ),
);
