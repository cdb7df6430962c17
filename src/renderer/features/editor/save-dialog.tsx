import { nameSchema } from '@shared/name';
import type { Preset } from '@shared/preset';
import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { freeName, nameFrom } from './draft-store';
import { fieldSchema, judge, rangeWords } from './field-schema';

/** Asks how a preset shall be called, and says why it cannot keep its name. */
export function SaveDialog({
  preset,
  taken,
  reason,
  confirm,
  busy,
  onSave,
  onClose,
}: {
  readonly preset: Preset;
  readonly taken: readonly string[];
  readonly reason: string;
  readonly confirm: string;
  readonly busy: boolean;
  readonly onSave: (preset: Preset) => void;
  readonly onClose: () => void;
}): ReactNode {
  const [title, setTitle] = useState(
    taken.includes(preset.name) ? `${preset.title} copy` : preset.title,
  );
  const [typedName, setTypedName] = useState<string | null>(null);
  const name = typedName ?? freeName(nameFrom(title), taken);
  const judged = nameSchema.safeParse(name);
  const nameProblem = !judged.success
    ? judged.error.issues[0]?.message
    : taken.includes(name)
      ? 'There is a preset of that name.'
      : undefined;
  const titleProblem = judge('title', title.trim()).ok
    ? undefined
    : rangeWords(fieldSchema('title'));
  const broken = nameProblem !== undefined || titleProblem !== undefined;
  const save = (): void => onSave({ ...preset, name, title: title.trim() });
  return (
    <ModalDialog
      open
      onClose={onClose}
      title="Save the preset as"
      description={reason}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={broken || busy} onClick={save}>
            {confirm}
          </Button>
        </>
      }
    >
      <form
        className="grid gap-4 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (!broken) save();
        }}
      >
        <TextField
          label="Title"
          value={title}
          onChange={setTitle}
          problem={titleProblem}
          explanation="As cards and lists show it."
        />
        <TextField
          label="Name"
          value={name}
          onChange={setTypedName}
          problem={nameProblem}
          explanation="Of its file; commands call it by this."
        />
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </ModalDialog>
  );
}
