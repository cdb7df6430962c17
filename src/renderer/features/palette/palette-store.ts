import { create } from 'zustand';

interface PaletteStore {
  readonly isOpen: boolean;
  readonly open: () => void;
  readonly close: () => void;
}

export const usePalette = create<PaletteStore>((set) => ({
  isOpen: false,
  open: () => set({ isOpen: true }),
  close: () => set({ isOpen: false }),
}));
