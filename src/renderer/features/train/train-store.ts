import { create } from 'zustand';

/** What a training begins as: a preset, or an earlier run to repeat with changes. */
export type TrainOrigin =
  | { readonly kind: 'preset'; readonly preset: string }
  | { readonly kind: 'run'; readonly runId: string };

interface TrainDialogStore {
  readonly origin: TrainOrigin | null;
  readonly open: (origin: TrainOrigin) => void;
  readonly close: () => void;
}

export const useTrainDialog = create<TrainDialogStore>((set) => ({
  origin: null,
  open: (origin) => set({ origin }),
  close: () => set({ origin: null }),
}));
