import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { useCommand } from '../../ui/use-command';

export function RenameDialog({
  id,
  name,
  onClose,
}: {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}): ReactNode {
  const { client, query, queryClient } = useLab();
  const [text, setText] = useState(name);
  const rename = useCommand(() => client.runs.rename({ id, name: text.trim() }), {
    after: () => {
      void queryClient.invalidateQueries({ queryKey: query.runs.key() });
      onClose();
    },
  });
  const problem = text.trim() === '' ? 'A run needs a name.' : undefined;
  const tooLong = text.trim().length > 80 ? 'At most 80 characters.' : undefined;
  const broken = problem ?? tooLong;
  return (
    <ModalDialog
      open
      onClose={onClose}
      title="Rename the run"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={broken !== undefined || rename.busy}
            onClick={() => rename.run(undefined)}
          >
            Rename
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (broken === undefined) rename.run(undefined);
        }}
      >
        <TextField label="Name" value={text} onChange={setText} problem={broken} />
      </form>
    </ModalDialog>
  );
}
