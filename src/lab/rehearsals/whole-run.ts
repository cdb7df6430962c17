/** What a rehearsal says about the whole run. */
import type { RehearsalResult, RehearseSpec } from '@shared/rehearsal';

/**
 * Seconds of all optimizer steps: measured steps are of full length, those of a run as long as the
 * corpus's examples are. Null while the number of steps is unknown. Validation comes on top.
 */
export function wholeRunSeconds(
  spec: Pick<RehearseSpec, 'totalSteps' | 'exampleTokens' | 'batch'>,
  result: RehearsalResult,
): number | null {
  if (spec.totalSteps === null) return null;
  const update = result.optimizerSeconds ?? 0;
  const share = Math.min(1, (spec.exampleTokens ?? Number.POSITIVE_INFINITY) / exampleLength());
  return spec.totalSteps * ((result.secondsPerStep - update) * share + update);

  /** Shorter than asked for when the model was made for less. */
  function exampleLength(): number {
    return result.tokensPerStep / (spec.batch.micro * spec.batch.accumulation);
  }
}
