/** Lengths of a corpus's examples in tokens, as far as they are known. */
export interface CorpusLengths {
  readonly examples: number;
  /** Null: only the number of examples is known. */
  readonly mean: number | null;
  readonly longest: number | null;
  /** Share of the tokens of the longest examples that carry loss. */
  readonly targetShare?: number;
}
