import { create } from 'zustand';

export interface LeaderboardView {
  readonly benchmark: string | null;
  readonly search: string;
  readonly sorting: { readonly id: string; readonly desc: boolean }[];
  readonly visibility: Record<string, boolean>;
  readonly selection: Record<string, true>;
}

export const useLeaderboardView = create<
  LeaderboardView & { readonly change: (change: Partial<LeaderboardView>) => void }
>((set) => ({
  benchmark: null,
  search: '',
  sorting: [{ id: 'passAt1', desc: true }],
  visibility: {},
  selection: {},
  change: (change) => set(change),
}));
