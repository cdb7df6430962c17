/** What the window offers to bring: one dialog at a time, opened from cards, pages and commands. */
import type { EnvironmentName } from '@shared/environment-name';
import { create } from 'zustand';

export type OfferDialog =
  | { readonly kind: 'model'; readonly source: string | null }
  | { readonly kind: 'install'; readonly environment: EnvironmentName; readonly repair: boolean }
  | { readonly kind: 'corpus'; readonly preset: string };

interface OfferStore {
  readonly offer: OfferDialog | null;
  readonly open: (offer: OfferDialog) => void;
  readonly close: () => void;
}

export const useOffers = create<OfferStore>((set) => ({
  offer: null,
  open: (offer) => set({ offer }),
  close: () => set({ offer: null }),
}));
