/** The conditions of an evaluation in words, whole or only where they differ from others. */
import type { Comparability } from '@shared/evaluation';
import { integer, plural } from '../../ui/format';

type Words = (conditions: Comparability) => string;

/** Conditions in the order in which people ask for them. */
const parts: readonly Words[] = [
  ({ sampling }) => (sampling.temperature === 0 ? 'greedy' : `temperature ${sampling.temperature}`),
  ({ sampling }) => `${plural(sampling.repeats, 'sample')} a task`,
  ({ promptFormat }) => (promptFormat === 'chatml' ? 'ChatML prompts' : 'Alpaca prompts'),
  ({ systemPrompt }) =>
    systemPrompt === null ? 'no system prompt' : `system prompt “${short(systemPrompt)}”`,
  ({ sampling }) => `up to ${integer(sampling.maxNewTokens)} tokens`,
  ({ sampling }) => (sampling.topK === 0 ? 'top-k off' : `top-k ${sampling.topK}`),
  ({ sampling }) => (sampling.topP === 1 ? 'top-p off' : `top-p ${sampling.topP}`),
  ({ sampling }) =>
    sampling.repetitionPenalty === 1
      ? 'no repetition penalty'
      : `repetition penalty ${sampling.repetitionPenalty}${
          sampling.repetitionWindow === undefined
            ? ''
            : ` over ${plural(sampling.repetitionWindow, 'token')}`
        }`,
  ({ sampling }) => `batches of ${integer(sampling.batchSize)}`,
  ({ sampling }) => `seed ${sampling.seed}`,
  ({ benchmarkVersion, benchmarkHash }) =>
    `tasks ${benchmarkVersion} (${benchmarkHash.slice(0, 8)})`,
  ({ toolchain, toolchainVersion }) => toolchainVersion || toolchain,
];

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 48 ? `${line.slice(0, 47).trimEnd()}…` : line;
}

/** What most people want to know of the conditions, in one line. */
export function conditionSummary(conditions: Comparability): string {
  return parts
    .slice(0, 5)
    .map((words) => words(conditions))
    .join(' · ');
}

/** Only what differs from `reference`; empty when nothing that has a name here does. */
export function differingWords(
  conditions: Comparability,
  reference: Comparability,
): readonly string[] {
  return parts
    .filter((words) => words(conditions) !== words(reference))
    .map((words) => words(conditions));
}
