import { Undo2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/dialog';

/** Discard, save, save under another name, save and train. */
export function EditorActions({
  name,
  isNew,
  changed,
  valid,
  busy,
  discard,
  onSave,
  onSaveAs,
}: {
  readonly name: string;
  readonly isNew: boolean;
  readonly changed: boolean;
  readonly valid: boolean;
  readonly busy: boolean;
  readonly discard: () => void;
  readonly onSave: (train: boolean) => void;
  readonly onSaveAs: () => void;
}): ReactNode {
  const [asking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  return (
    <>
      {!valid && (
        <span role="status" className="text-xs text-failed">
          Some fields cannot be read: they are marked.
        </span>
      )}
      {changed && (
        <Button look="ghost" onClick={() => setAsking(true)}>
          <Undo2 aria-hidden className="size-3.5" /> Discard
        </Button>
      )}
      <Button disabled={!valid || busy} onClick={onSaveAs}>
        Save as…
      </Button>
      <Button disabled={!valid || busy || !changed} onClick={() => onSave(false)}>
        Save
      </Button>
      <Button look="primary" disabled={!valid || busy} onClick={() => onSave(true)}>
        Save and train
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          // A new preset is nothing but its draft: there is no page for it afterwards.
          if (isNew) navigate('/');
          discard();
        }}
        title={isNew ? 'Discard this preset?' : 'Discard the changes?'}
        confirm="Discard"
      >
        <p>
          {isNew
            ? 'It was never saved; nothing of it stays.'
            : `“${name}” goes back to what is saved.`}
        </p>
      </ConfirmDialog>
    </>
  );
}
