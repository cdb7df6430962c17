/** How answers are drawn, as it is typed: an empty field leaves it to the lab, as in the terminal. */
import { type DrawingChoice, drawingChoiceSchema, samplingSchema } from '@shared/sampling';

export interface SamplingField {
  readonly name: keyof DrawingChoice;
  readonly title: string;
  /** What an empty field stands for. */
  readonly empty: string;
  readonly explanation: string;
}

export const samplingFields: readonly SamplingField[] = [
  {
    name: 'temperature',
    title: 'Temperature',
    empty: '0',
    explanation: '0 is greedy: the same text every time.',
  },
  {
    name: 'topK',
    title: 'Top-k',
    empty: '0',
    explanation: 'Only the k likeliest tokens; 0 is off.',
  },
  {
    name: 'topP',
    title: 'Top-p',
    empty: '1',
    explanation: 'Only the likeliest that make up this share; 1 is all.',
  },
  {
    name: 'repetitionPenalty',
    title: 'Repetition penalty',
    empty: '1',
    explanation: 'Above 1, tokens that were there become less likely; 1 is off.',
  },
  {
    name: 'repetitionWindow',
    title: 'Penalty window',
    empty: 'all tokens',
    explanation: 'How many of the last tokens the penalty looks at.',
  },
  {
    name: 'maxNewTokens',
    title: 'Most tokens',
    empty: 'as the benchmark says',
    explanation: 'Where an answer is cut off.',
  },
  {
    name: 'seed',
    title: 'Seed',
    empty: '0',
    explanation: 'Of the draws; greedy answers have none.',
  },
];

export type SamplingDraft = Readonly<Partial<Record<keyof DrawingChoice, string>>>;

/** What is wrong with a typed number, in the words of the schema that the terminal obeys too. */
export function numberProblem(
  schema: { safeParse(value: unknown): { error?: { issues: readonly { message: string }[] } } },
  typed: string,
): string | null {
  const text = typed.trim();
  if (text === '') return null;
  const value = numberOf(text);
  if (value === null) return `“${text}” is no number.`;
  return schema.safeParse(value).error?.issues[0]?.message ?? null;
}

export const samplingProblem = (name: keyof DrawingChoice, typed: string): string | null =>
  numberProblem(drawingChoiceSchema.shape[name], typed);

export const repeatsProblem = (typed: string): string | null =>
  numberProblem(samplingSchema.shape.repeats, typed);

/** What was typed, and nothing of what was not. Only for a draft without problems. */
export function drawingChoiceOf(draft: SamplingDraft): DrawingChoice {
  const chosen: { -readonly [Name in keyof DrawingChoice]: number } = {};
  for (const { name } of samplingFields) {
    const value = numberOf(draft[name]?.trim() ?? '');
    if (value !== null) chosen[name] = value;
  }
  return chosen;
}

/** A decimal comma is understood; null for what is no finite number. */
export function numberOf(text: string): number | null {
  const value = text === '' ? Number.NaN : Number(text.replace(',', '.'));
  return Number.isFinite(value) ? value : null;
}
