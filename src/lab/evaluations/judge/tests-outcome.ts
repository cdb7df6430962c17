/** What hidden tests said of a program. */

export interface TestResult {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
}

export interface TestsOutcome {
  /** One for each expected test, in their order; one that said nothing has not passed. */
  readonly results: readonly TestResult[];
  /** Why the program ended before its tests did; null when it did not. */
  readonly ended: string | null;
  readonly timedOut: boolean;
}
