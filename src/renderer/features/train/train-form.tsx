import type { Preset } from '@shared/preset';
import type { TrainRequest } from '@shared/run';
import type { RunSpec } from '@shared/run-spec';
import { type ReactNode, useMemo, useState } from 'react';
import { Button } from '../../ui/button';
import { Choice } from '../../ui/choice';
import { ModalDialog } from '../../ui/dialog';
import { Changed, TextField } from '../../ui/field';
import { plural } from '../../ui/format';
import { FitLine } from '../fit/fit-line';
import { CorpusCheck } from './corpus-check';
import {
  changedFields,
  initialValues,
  overridesOf,
  problemOf,
  type TrainField,
  trainFields,
} from './train-fields';
import { useTrain } from './use-train';

/** The form over one origin; what differs from it is marked and listed. */
export function TrainForm({
  title,
  described,
  spec,
  name: firstName,
  needs,
  request,
  onClose,
}: {
  readonly title: string;
  readonly described: string;
  readonly spec: Preset | RunSpec;
  readonly name: string;
  /** What is missing, with the way to get it; naming another model or corpus may do too. */
  readonly needs: readonly string[];
  readonly request: TrainRequest;
  readonly onClose: () => void;
}): ReactNode {
  const before = useMemo(() => initialValues(spec), [spec]);
  const [values, setValues] = useState(before);
  const [name, setName] = useState(firstName);
  const train = useTrain(onClose);
  const changed = changedFields(before, values);
  const broken = trainFields.some((field) => problemOf(field, values[field.path] ?? '') !== null);
  const set = (path: string, value: string): void =>
    setValues((old) => ({ ...old, [path]: value }));
  const submit = (): void => {
    const overrides = overridesOf(before, values);
    train.run({ ...request, overrides, ...(name.trim() === '' ? {} : { name: name.trim() }) });
  };
  const field = (path: string): ReactNode => {
    const definition = trainFields.find((entry) => entry.path === path);
    if (definition === undefined) return null;
    return (
      <Input
        key={path}
        field={definition}
        value={values[path] ?? ''}
        before={changed.includes(definition) ? (before[path] ?? '') : undefined}
        onChange={(value) => set(path, value)}
      />
    );
  };
  return (
    <ModalDialog
      open
      onClose={onClose}
      title={title}
      description={described}
      wide
      footer={
        <>
          <p className="mr-auto text-ink-faint">
            {changed.length === 0
              ? 'Nothing is changed yet.'
              : `${plural(changed.length, 'change')}: ${changed.map(({ title: of }) => of.toLowerCase()).join(', ')}`}
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={broken || train.busy} onClick={submit}>
            Train
          </Button>
        </>
      }
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!broken) submit();
        }}
      >
        {needs.length > 0 && (
          <ul
            aria-label="What is missing"
            className="space-y-1 rounded-md bg-warning-soft p-3 text-warning"
          >
            {needs.map((need) => (
              <li key={need} className="break-words">
                {need}
              </li>
            ))}
          </ul>
        )}
        <div className="grid gap-4 sm:grid-cols-3">
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            placeholder="chosen by the lab"
            explanation="How this run is called in lists."
          />
          {field('model')}
          {field('corpus')}
        </div>
        {request.preset !== undefined && (
          <FitLine preset={request.preset} overrides={broken ? {} : overridesOf(before, values)} />
        )}
        <CorpusCheck
          source={values.corpus ?? ''}
          model={values.model ?? ''}
          maxLength={Number(values['batch.maxLength'])}
        />
        <div className="grid grid-cols-2 gap-4 border-t border-line pt-4 sm:grid-cols-4">
          {trainFields.slice(2).map(({ path }) => field(path))}
        </div>
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </ModalDialog>
  );
}

function Input({
  field,
  value,
  before,
  onChange,
}: {
  readonly field: TrainField;
  readonly value: string;
  readonly before: string | undefined;
  readonly onChange: (value: string) => void;
}): ReactNode {
  if (field.kind === 'quantization') {
    return (
      <div className="min-w-0">
        <div className="flex items-baseline gap-2 pb-1 text-xs font-medium">
          {field.title}
          {before !== undefined && <Changed before={before} />}
        </div>
        <Choice
          label={field.title}
          value={value}
          className="w-full"
          options={[
            { value: 'none', title: 'none' },
            { value: 'nf4', title: 'NF4, 4 bit' },
          ]}
          onChange={onChange}
        />
        <p className="pt-1 text-2xs text-ink-faint">{field.explanation}</p>
      </div>
    );
  }
  return (
    <TextField
      label={field.title}
      value={value}
      onChange={onChange}
      explanation={field.explanation}
      before={before}
      numeric={field.kind !== 'text'}
      problem={problemOf(field, value) ?? undefined}
    />
  );
}
