import { endpointSchema } from '@shared/endpoint';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { TextField } from '../../ui/field';
import { useNotices } from '../../ui/notices';

/** Remembers a server and a model on it. The key goes to the keychain, never into a file. */
export function AddEndpointDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { client, query, queryClient } = useLab();
  const [name, setName] = useState('');
  const [baseUrl, setBaseUrl] = useState('http://127.0.0.1:11434/v1');
  const [model, setModel] = useState('');
  const [key, setKey] = useState('');
  const parsed = endpointSchema.safeParse({
    ...{ schemaVersion: 1, name, baseUrl, model, needsKey: key !== '' },
  });
  const problem = (field: string, value: string): string | undefined =>
    value === '' ? undefined : parsed.error?.issues.find(({ path }) => path[0] === field)?.message;
  const add = useMutation({
    mutationFn: async () => {
      if (!parsed.success) return;
      await client.endpoints.save({ endpoint: parsed.data });
      if (key !== '') await client.endpoints.setKey({ name, key });
    },
    onSuccess: () => {
      useNotices.getState().say(`Added: ${name}.`);
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: query.endpoints.key() }),
  });
  return (
    <ModalDialog
      open
      onClose={onClose}
      title="Add an endpoint"
      description="A server that speaks OpenAI's chat completions, and one model on it."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={!parsed.success || add.isPending}
            onClick={() => add.mutate()}
          >
            {add.isPending ? 'Adding' : 'Add'}
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            problem={problem('name', name)}
            explanation="What it is called here."
          />
          <TextField
            label="Model"
            value={model}
            onChange={setModel}
            problem={problem('model', model)}
            explanation="As the server names it."
          />
        </div>
        <TextField
          label="Address"
          value={baseUrl}
          onChange={setBaseUrl}
          problem={problem('baseUrl', baseUrl)}
          explanation="Up to and with /v1."
        />
        <TextField
          label="Key"
          secret
          value={key}
          onChange={setKey}
          explanation="Empty where none is needed; kept in the system's keychain."
        />
        {add.isError && <ErrorCard error={add.error} />}
      </div>
    </ModalDialog>
  );
}
