/** What there is to see in one answer of a smoke test. */
import type { SmokeEnd, SmokeFindings } from '@shared/smoke';
import { leakedTurns } from './leaked-turns';
import { toolCallIn } from './tool-call';

/** Null for an answer that did not come. */
export function findingsOf(end: SmokeEnd): SmokeFindings | null {
  const { finishReason, promptTokens, completionTokens, seconds, firstTokenSeconds } = end;
  if (finishReason === 'error') return null;
  return {
    finishReason,
    promptTokens,
    completionTokens,
    seconds,
    firstTokenSeconds,
    tokensPerSecond: speed(end),
    leakedTurns: leakedTurns(end.text),
    toolCall: toolCallIn(end.text),
  };
}

/** The first token also waits for the prompt to be read, so it is left out. */
function speed({ completionTokens, seconds, firstTokenSeconds }: SmokeEnd): number | null {
  if (firstTokenSeconds === null || completionTokens < 2) return null;
  const after = seconds - firstTokenSeconds;
  return after > 0 ? (completionTokens - 1) / after : null;
}
