import type { Preset } from '@shared/preset';
import { type ReactNode, useId, useState } from 'react';
import { Choice } from '../../ui/choice';
import { classNames } from '../../ui/class-names';
import { Changed, inputClasses, TextField } from '../../ui/field';
import { SwitchField } from '../../ui/switch';
import { choiceTitle, type EditorField } from './editor-fields';
import { fieldSchema, rangeWords, readField } from './field-schema';
import { fieldText, valueAt } from './preset-values';
import type { DraftHandle } from './use-draft';

/** One field of the form: as its schema asks, with its explanation or what is wrong with it. */
export function FieldInput({
  field,
  handle,
  base,
  suggestions,
}: {
  readonly field: EditorField;
  readonly handle: DraftHandle;
  /** What is saved; a value that differs from it is marked. */
  readonly base: Preset | null;
  readonly suggestions?: readonly string[];
}): ReactNode {
  const { path, title } = field;
  const schema = fieldSchema(path);
  const { draft } = handle;
  const value = valueAt(draft.preset, path);
  const saved = base === null ? value : valueAt(base, path);
  const differs = JSON.stringify(saved) !== JSON.stringify(value);
  const before = differs ? beforeText(path, saved) : undefined;
  switch (schema.kind) {
    case 'switch':
      return (
        <SwitchField
          label={title}
          checked={value === true}
          explanation={schema.explanation}
          before={before}
          onChange={(checked) => handle.set(path, checked)}
        />
      );
    case 'choice':
      return (
        <ChoiceField
          path={path}
          title={title}
          value={String(value)}
          before={before}
          onChange={(next) => handle.set(path, next)}
        />
      );
    case 'list':
      return (
        <LinesField
          title={title}
          value={Array.isArray(value) ? value.map(String) : []}
          explanation={schema.explanation}
          before={before}
          onChange={(lines) => handle.set(path, lines)}
        />
      );
    case 'text':
    case 'whole':
    case 'number':
      return (
        <TypedField
          field={field}
          value={value}
          wrong={draft.invalid[path]}
          before={before}
          onType={(text) => handle.type(path, text)}
          suggestions={suggestions}
        />
      );
  }
}

function beforeText(path: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.length === 0 ? '' : value.map(String).join(', ');
  return fieldSchema(path).kind === 'choice' ? choiceTitle(path, String(value)) : fieldText(value);
}

/** Keeps what was typed as long as it means the value: `2e-4` stays and does not become `0.0002`. */
function TypedField({
  field,
  value,
  wrong,
  before,
  onType,
  suggestions,
}: {
  readonly field: EditorField;
  readonly value: unknown;
  readonly wrong: string | undefined;
  readonly before: string | undefined;
  readonly onType: (text: string) => void;
  readonly suggestions: readonly string[] | undefined;
}): ReactNode {
  const { path, title, empty } = field;
  const schema = fieldSchema(path);
  const [typed, setTyped] = useState<string | null>(null);
  const reading = typed === null ? null : readField(path, typed);
  const meant = reading?.ok === true && reading.value === value;
  const text = wrong ?? (meant && typed !== null ? typed : fieldText(value));
  const numeric = schema.kind !== 'text';
  return (
    <TextField
      label={title}
      value={text}
      numeric={numeric}
      placeholder={empty ?? ''}
      explanation={schema.explanation === '' ? rangeWords(schema) : schema.explanation}
      before={before}
      problem={wrong === undefined ? undefined : rangeWords(schema)}
      suggestions={suggestions}
      onChange={(next) => {
        setTyped(next);
        onType(next);
      }}
    />
  );
}

function ChoiceField({
  path,
  title,
  value,
  before,
  onChange,
}: {
  readonly path: string;
  readonly title: string;
  readonly value: string;
  readonly before: string | undefined;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const { choices, explanation } = fieldSchema(path);
  return (
    <div className="min-w-0">
      <div className="flex items-baseline gap-2 pb-1 text-xs font-medium">
        {title}
        {before !== undefined && <Changed before={before} />}
      </div>
      <Choice
        label={title}
        className="w-full"
        value={value}
        options={choices.map((choice) => ({ value: choice, title: choiceTitle(path, choice) }))}
        onChange={onChange}
      />
      <p className="pt-1 text-2xs text-ink-faint">{explanation}</p>
    </div>
  );
}

function LinesField({
  title,
  value,
  explanation,
  before,
  onChange,
}: {
  readonly title: string;
  readonly value: readonly string[];
  readonly explanation: string;
  readonly before: string | undefined;
  readonly onChange: (lines: readonly string[]) => void;
}): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const linesOf = (text: string): readonly string[] =>
    text.split('\n').filter((line) => line.trim() !== '');
  const meant = typed !== null && linesOf(typed).join('\n') === value.join('\n');
  return (
    <div className="col-span-full min-w-0">
      <label htmlFor={id} className="flex items-baseline gap-2 pb-1 text-xs font-medium">
        {title}
        {before !== undefined && <Changed before={before} />}
      </label>
      <textarea
        id={id}
        rows={3}
        aria-describedby={`${id}-help`}
        value={meant ? typed : value.join('\n')}
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(linesOf(event.target.value));
        }}
        className={classNames(inputClasses, 'h-auto! resize-y py-1.5 leading-5')}
      />
      <p id={`${id}-help`} className="pt-1 text-2xs text-ink-faint">
        {explanation} One a line.
      </p>
    </div>
  );
}
