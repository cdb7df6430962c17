/** The fields of the training form: where each lies in a specification and how it is read. */
import type { Preset } from '@shared/preset';
import type { TrainRequest } from '@shared/run';
import type { OverrideValue, RunSpec } from '@shared/run-spec';

export interface TrainField {
  readonly path: string;
  readonly title: string;
  readonly explanation: string;
  readonly kind: 'text' | 'number' | 'whole' | 'quantization';
}

export const trainFields: readonly TrainField[] = [
  {
    path: 'model',
    title: 'Model',
    explanation: 'A model that ships, a local folder in Hugging Face layout, or a hub id.',
    kind: 'text',
  },
  {
    path: 'corpus',
    title: 'Corpus',
    explanation: 'A corpus by name, or a JSONL file in ChatML or Alpaca layout.',
    kind: 'text',
  },
  {
    path: 'schedule.learningRate',
    title: 'Learning rate',
    explanation: 'Peak of the schedule, for example 2e-4.',
    kind: 'number',
  },
  {
    path: 'schedule.epochs',
    title: 'Epochs',
    explanation: 'Passes over the corpus.',
    kind: 'number',
  },
  {
    path: 'adapter.rank',
    title: 'Rank',
    explanation: 'Size of the low-rank update.',
    kind: 'whole',
  },
  {
    path: 'adapter.alpha',
    title: 'Alpha',
    explanation: 'Scale: the update counts alpha / rank.',
    kind: 'number',
  },
  {
    path: 'quantization.kind',
    title: 'Quantization',
    explanation: 'Of the frozen base model.',
    kind: 'quantization',
  },
  {
    path: 'batch.effective',
    title: 'Batch',
    explanation: 'Examples per optimizer step.',
    kind: 'whole',
  },
  {
    path: 'batch.maxLength',
    title: 'Longest example',
    explanation: 'Tokens; longer ones are listed and left out.',
    kind: 'whole',
  },
  { path: 'seed', title: 'Seed', explanation: 'Same seed, same numbers.', kind: 'whole' },
];

export type FormValues = Readonly<Record<string, string>>;

function at(source: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? (value as Readonly<Record<string, unknown>>)[key]
          : undefined,
      source,
    );
}

/** The form's values before any change. */
export function initialValues(origin: Preset | RunSpec): FormValues {
  const source =
    'kind' in origin
      ? { ...origin, model: origin.model.source, corpus: origin.corpus.source }
      : origin;
  return Object.fromEntries(
    trainFields.map(({ path }) => {
      const value = at(source, path);
      return [path, value === undefined || value === null ? '' : String(value)];
    }),
  );
}

/** What is wrong with a field's text, in words; `null` when it can be used. */
export function problemOf(field: TrainField, text: string): string | null {
  switch (field.kind) {
    case 'text':
      return text.trim() === '' ? 'Name one.' : null;
    case 'quantization':
      return null;
    case 'number':
      return text.trim() !== '' && Number(text) > 0 ? null : 'A number above 0.';
    case 'whole': {
      const value = Number(text);
      const least = field.path === 'seed' ? 0 : 1;
      return text.trim() !== '' && Number.isInteger(value) && value >= least
        ? null
        : `A whole number from ${least}.`;
    }
  }
}

function parse(field: TrainField, text: string): OverrideValue {
  return field.kind === 'text' || field.kind === 'quantization' ? text.trim() : Number(text);
}

/** Only what differs: `1e-4` and `0.0001` are the same. */
export function changedFields(before: FormValues, now: FormValues): readonly TrainField[] {
  return trainFields.filter(
    (field) => parse(field, before[field.path] ?? '') !== parse(field, now[field.path] ?? ''),
  );
}

export function overridesOf(
  before: FormValues,
  now: FormValues,
): NonNullable<TrainRequest['overrides']> {
  return Object.fromEntries(
    changedFields(before, now).map((field) => [field.path, parse(field, now[field.path] ?? '')]),
  );
}
