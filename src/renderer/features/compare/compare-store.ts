import { create } from 'zustand';

interface CompareView {
  readonly onlyDiscordant: boolean;
  /** Subjects whose answers the task sheet leaves out, by evaluation; absent: the first few shown. */
  readonly shown: Readonly<Record<string, boolean>>;
}

/** What a comparison shows; kept while the window is open. */
export const useCompareView = create<
  CompareView & { readonly change: (change: Partial<CompareView>) => void }
>((set) => ({
  onlyDiscordant: false,
  shown: {},
  change: (change) => set(change),
}));
