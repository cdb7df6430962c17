import { create } from 'zustand';

/** What is to be exported: a run's finished adapter, or that of a checkpoint. */
export interface ExportOrigin {
  readonly runId: string;
  readonly runName: string;
  readonly step: number | null;
}

interface ExportDialogStore {
  readonly origin: ExportOrigin | null;
  readonly open: (origin: ExportOrigin) => void;
  readonly close: () => void;
}

export const useExportDialog = create<ExportDialogStore>((set) => ({
  origin: null,
  open: (origin) => set({ origin }),
  close: () => set({ origin: null }),
}));
