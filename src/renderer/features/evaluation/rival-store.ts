import { create } from 'zustand';

interface RivalStore {
  /** What the user chose to compare an evaluation with, by its id; absent: the natural rival. */
  readonly chosen: Readonly<Record<string, string>>;
  readonly choose: (id: string, rivalId: string) => void;
}

export const useRivals = create<RivalStore>((set) => ({
  chosen: {},
  choose: (id, rivalId) => set((old) => ({ chosen: { ...old.chosen, [id]: rivalId } })),
}));
