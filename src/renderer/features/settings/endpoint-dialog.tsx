import type { EndpointCard } from '@shared/endpoint';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { TextField } from '../../ui/field';
import { useNotices } from '../../ui/notices';
import { SwitchField } from '../../ui/switch';
import {
  draftOfEndpoint,
  type EndpointDraft,
  newEndpoint,
  readEndpoint,
  serverOf,
} from './endpoint-draft';

type Text = Exclude<keyof EndpointDraft, 'needsKey'>;

/** Remembers a server and a model on it, or changes what is remembered. The key goes to the keychain. */
export function EndpointDialog({
  card,
  onClose,
}: {
  /** The endpoint to change; null: a new one. */
  readonly card: EndpointCard | null;
  readonly onClose: () => void;
}): ReactNode {
  const { client, query, queryClient } = useLab();
  const [draft, setDraft] = useState(() =>
    card === null ? newEndpoint : draftOfEndpoint(card.endpoint),
  );
  const [key, setKey] = useState('');
  const { endpoint, problems } = readEndpoint({
    ...draft,
    needsKey: draft.needsKey || key.trim() !== '',
  });
  const save = useMutation({
    mutationFn: async () => {
      if (endpoint === null) return;
      await client.endpoints.save({ endpoint, replace: card !== null });
      if (key.trim() !== '')
        await client.endpoints.setKey({ name: endpoint.name, key: key.trim() });
      // One that needs no key any more has none that could be sent by mistake.
      else if (card?.endpoint.needsKey === true && !endpoint.needsKey) {
        await client.endpoints.setKey({ name: endpoint.name, key: '' });
      }
    },
    onSuccess: () => {
      useNotices.getState().say(card === null ? `Added: ${draft.name}.` : `Saved: ${draft.name}.`);
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: query.endpoints.key() }),
  });
  const text = (field: Text, label: string, explanation: string, numeric = false): ReactNode => (
    <TextField
      label={label}
      numeric={numeric}
      value={draft[field]}
      onChange={(value) => setDraft({ ...draft, [field]: value })}
      problem={problems[field]}
      explanation={explanation}
    />
  );
  const moved =
    card !== null &&
    card.keyFrom !== 'none' &&
    draft.needsKey &&
    serverOf(draft.baseUrl) !== serverOf(card.endpoint.baseUrl);
  const submit = (): void => {
    if (endpoint !== null && !save.isPending) save.mutate();
  };
  return (
    <ModalDialog
      open
      onClose={onClose}
      title={card === null ? 'Add an endpoint' : `Edit ${card.endpoint.name}`}
      description="A server that speaks OpenAI's chat completions, and one model on it."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={endpoint === null || save.isPending} onClick={submit}>
            {card === null
              ? save.isPending
                ? 'Adding'
                : 'Add'
              : save.isPending
                ? 'Saving'
                : 'Save'}
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
        <div className="grid gap-3 sm:grid-cols-2">
          {card === null
            ? text('name', 'Name', 'What it is called here.')
            : text('title', 'Title', 'As results show it; empty: its name and model.')}
          {text('model', 'Model', 'As the server names it.')}
        </div>
        {text('baseUrl', 'Address', 'Up to and with /v1.')}
        {card === null ? (
          <TextField
            label="Key"
            secret
            value={key}
            onChange={setKey}
            explanation="Empty where none is needed; kept in the system's keychain."
          />
        ) : (
          <SwitchField
            label="Needs a key"
            checked={draft.needsKey}
            onChange={(needsKey) => setDraft({ ...draft, needsKey })}
            explanation={
              card.endpoint.needsKey && !draft.needsKey
                ? 'Its key in the keychain is forgotten when this is saved.'
                : 'The key itself is given and replaced in the list, and never shown.'
            }
          />
        )}
        {moved && (
          <p role="alert" className="rounded-md bg-warning-soft p-2 text-xs text-warning">
            Its key will be sent to {serverOf(draft.baseUrl) ?? 'the new address'} from now on.
          </p>
        )}
        <div className="grid grid-cols-2 gap-3 border-t border-line pt-3 sm:grid-cols-4">
          {text('concurrency', 'At once', 'Requests, 1 to 64.', true)}
          {text('requestsPerMinute', 'A minute', 'Requests; empty: no limit.', true)}
          {text('timeoutSeconds', 'Seconds', 'For one answer.', true)}
          {text('retries', 'Retries', 'Of one request.', true)}
        </div>
        {text('extraBody', 'Further fields', 'Of each request, as a JSON object; empty: none.')}
        {save.isError && <ErrorCard error={save.error} />}
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </ModalDialog>
  );
}
