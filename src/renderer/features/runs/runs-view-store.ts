/** How the table of runs is looked at; kept for the next time, except what is chosen. */
import type { JobState } from '@shared/job';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

interface RunsView {
  readonly sorting: { readonly id: string; readonly desc: boolean }[];
  readonly visibility: Record<string, boolean>;
  readonly selection: Record<string, true>;
  readonly search: string;
  readonly state: JobState | 'all';
}

interface RunsViewStore extends RunsView {
  readonly change: (change: Partial<RunsView>) => void;
}

export const useRunsView = create<RunsViewStore>()(
  persist(
    (set) => ({
      sorting: [{ id: 'created', desc: true }],
      visibility: {
        corpus: false,
        quantization: false,
        peakMemory: false,
        validationAccuracy: false,
      },
      selection: {},
      search: '',
      state: 'all',
      change: (change) => set(change),
    }),
    {
      name: 'lorabench.runs-view',
      version: 1,
      partialize: ({ sorting, visibility }) => ({ sorting, visibility }),
    },
  ),
);
