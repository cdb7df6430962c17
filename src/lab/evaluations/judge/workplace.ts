/** Where one sample is judged, and how a step of its judging ends. */

export interface Workplace {
  /** Holds the program's files. */
  readonly box: string;
  /** What the build made; null for languages that are not compiled. */
  readonly out: string | null;
  readonly signal?: AbortSignal;
}

export type StageEnd =
  | { readonly kind: 'went-on' }
  /** A failure that leaves nothing for the later stages to judge. */
  | { readonly kind: 'stopped' }
  /** A failure of ours, which says nothing of the model. */
  | { readonly kind: 'ours'; readonly why: string };
