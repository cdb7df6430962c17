/** The options of `lab eval` and `lab smoke` that say how answers are drawn. */
import type { DrawingChoice } from '@shared/sampling';
import { numberOption } from './options';

export interface SamplingOptions {
  readonly temperature?: string;
  readonly topK?: string;
  readonly topP?: string;
  readonly repetitionPenalty?: string;
  readonly repeatLastN?: string;
  readonly maxNewTokens?: string;
  readonly seed?: string;
}

const options = [
  ['temperature', 'temperature', 'temperature'],
  ['topK', 'top-k', 'topK'],
  ['topP', 'top-p', 'topP'],
  ['repetitionPenalty', 'repetition-penalty', 'repetitionPenalty'],
  ['repeatLastN', 'repeat-last-n', 'repetitionWindow'],
  ['maxNewTokens', 'max-new-tokens', 'maxNewTokens'],
  ['seed', 'seed', 'seed'],
] as const;

/** What was given, and nothing of what was not. */
export function samplingOptions(given: SamplingOptions): DrawingChoice {
  const chosen: { -readonly [Name in keyof DrawingChoice]: number } = {};
  for (const [option, typed, name] of options) {
    const text = given[option];
    if (text !== undefined) chosen[name] = numberOption(typed, text);
  }
  return chosen;
}
