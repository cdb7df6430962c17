import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { TextField } from '../../ui/field';
import { useNotices } from '../../ui/notices';

/** Takes a folder with a model into the library; what is wrong with it is said here. */
export function AddFolderDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { client, query, queryClient } = useLab();
  const [folder, setFolder] = useState('');
  const add = useMutation({
    mutationFn: () => client.models.add({ folder: folder.trim() }),
    onSuccess: (model) => {
      void queryClient.invalidateQueries({ queryKey: query.models.key() });
      useNotices.getState().say(`Added: ${model.source}.`);
      onClose();
    },
  });
  const empty = folder.trim() === '';
  return (
    <ModalDialog
      open
      onClose={onClose}
      title="Add a model folder"
      description="In Hugging Face layout: config.json, tokenizer files, *.safetensors. Its files stay where they are."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={empty || add.isPending} onClick={() => add.mutate()}>
            {add.isPending ? 'Looking at it' : 'Add'}
          </Button>
        </>
      }
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!empty) add.mutate();
        }}
      >
        <TextField
          label="Folder"
          value={folder}
          onChange={setFolder}
          placeholder="/path/to/model"
          explanation="On the machine where the lab runs."
        />
        {add.isError && <ErrorCard error={add.error} />}
      </form>
    </ModalDialog>
  );
}
