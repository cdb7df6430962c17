import type { EndpointCard } from '@shared/endpoint';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { TextField } from '../../ui/field';
import { useNotices } from '../../ui/notices';

/** Gives an endpoint a key, another one, or none; the one that is stored is never shown. */
export function EndpointKeyDialog({
  card,
  onClose,
}: {
  readonly card: EndpointCard;
  readonly onClose: () => void;
}): ReactNode {
  const { client, query, queryClient } = useLab();
  const [key, setKey] = useState('');
  const { endpoint, keyFrom, keyVariable } = card;
  const { name } = endpoint;
  const store = useMutation({
    mutationFn: (next: string) => client.endpoints.setKey({ name, key: next }),
    onSuccess: (_, next) => {
      useNotices
        .getState()
        .say(next === '' ? `The key of ${name} is forgotten.` : `The key of ${name} is stored.`);
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: query.endpoints.key() }),
  });
  const submit = (): void => {
    if (key.trim() !== '' && !store.isPending) store.mutate(key.trim());
  };
  return (
    <ModalDialog
      open
      onClose={onClose}
      title={keyFrom === 'missing' ? `Give ${name} its key` : `Replace the key of ${name}`}
      description="Kept in the system's keychain, never in a file, and never shown again."
      footer={
        <>
          {keyFrom === 'keychain' && (
            <Button
              look="danger"
              className="mr-auto"
              disabled={store.isPending}
              onClick={() => store.mutate('')}
            >
              Forget the key
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={key.trim() === '' || store.isPending} onClick={submit}>
            {store.isPending ? 'Storing' : 'Store'}
          </Button>
        </>
      }
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {keyFrom === 'environment' && (
          <p className="rounded-md bg-warning-soft p-2 text-xs text-warning">
            {keyVariable} is set and comes first: a key stored here counts once it is not.
          </p>
        )}
        <TextField
          label="Key"
          secret
          value={key}
          onChange={setKey}
          explanation={`Sent to ${endpoint.baseUrl} and nowhere else.`}
        />
        {store.isError && <ErrorCard error={store.error} />}
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </ModalDialog>
  );
}
