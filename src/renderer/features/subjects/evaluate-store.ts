import { create } from 'zustand';

/** What the dialog begins with. */
export interface EvaluateOrigin {
  /** As the lab names subjects: a run's id, RUN@STEP, base:MODEL, endpoint:NAME …; null: to be chosen. */
  readonly subject: string | null;
  readonly benchmark?: string;
}

interface EvaluateDialogStore {
  readonly origin: EvaluateOrigin | null;
  readonly open: (origin?: EvaluateOrigin) => void;
  readonly close: () => void;
}

export const useEvaluateDialog = create<EvaluateDialogStore>((set) => ({
  origin: null,
  open: (origin = { subject: null }) => set({ origin }),
  close: () => set({ origin: null }),
}));
