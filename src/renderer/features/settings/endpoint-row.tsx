import type { EndpointCard, EndpointTest } from '@shared/endpoint';
import { CircleCheck, KeyRound, Pencil, Trash2, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button, IconButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/dialog';
import { duration } from '../../ui/format';
import { useCommand } from '../../ui/use-command';
import { EvaluateButton } from '../subjects/evaluate-button';
import { EndpointDialog } from './endpoint-dialog';
import { EndpointKeyDialog } from './endpoint-key-dialog';

const keyWords: Readonly<Record<EndpointCard['keyFrom'], string>> = {
  none: 'needs no key',
  keychain: 'key in the keychain',
  environment: 'key from the environment',
  missing: 'its key is missing',
};

type Asking = 'edit' | 'key' | 'remove' | null;

/** One endpoint: where it is, whether it has its key and answers, and what can be done with it. */
export function EndpointRow({ card }: { readonly card: EndpointCard }): ReactNode {
  const { client, query, queryClient } = useLab();
  const { endpoint, keyFrom } = card;
  const { name } = endpoint;
  const [asking, setAsking] = useState<Asking>(null);
  const [tested, setTested] = useState<EndpointTest | null>(null);
  const test = useCommand(() => client.endpoints.test({ name }), { after: setTested });
  const remove = useCommand(() => client.endpoints.remove({ name }), {
    said: () => `${name} is removed; its results stay.`,
    after: () => void queryClient.invalidateQueries({ queryKey: query.endpoints.key() }),
  });
  const close = (): void => {
    setAsking(null);
    // What another address or key answered says nothing any more.
    if (asking === 'edit' || asking === 'key') setTested(null);
  };
  const missing = keyFrom === 'missing';
  return (
    <li className="space-y-1.5 px-4 py-2.5">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-medium">{endpoint.title || name}</span>
        <span className="min-w-0 text-xs break-all text-ink-faint">
          {[
            ...(endpoint.title === '' || endpoint.title === name ? [] : [name]),
            `${endpoint.model} at ${endpoint.baseUrl}`,
            ...(missing ? [] : [keyWords[keyFrom]]),
          ].join(' · ')}
        </span>
      </div>
      {missing && <MissingKey card={card} onGive={() => setAsking('key')} />}
      {tested !== null && <TestResult test={tested} />}
      <div className="flex flex-wrap items-center gap-2">
        <EvaluateButton
          size="small"
          aria-label={`Evaluate ${name}`}
          disabled={missing}
          origin={{ subject: `endpoint:${name}` }}
        />
        <Button
          size="small"
          disabled={test.busy || missing}
          aria-label={`Test ${name}`}
          onClick={() => {
            setTested(null);
            test.run(undefined);
          }}
        >
          {test.busy ? 'Asking it' : 'Test'}
        </Button>
        <span className="ml-auto flex gap-1">
          <IconButton name={`Edit ${name}`} size="small" onClick={() => setAsking('edit')}>
            <Pencil aria-hidden className="size-3.5" />
          </IconButton>
          {endpoint.needsKey && (
            <IconButton
              name={missing ? `Give ${name} its key` : `Replace the key of ${name}`}
              size="small"
              onClick={() => setAsking('key')}
            >
              <KeyRound aria-hidden className="size-3.5" />
            </IconButton>
          )}
          <IconButton
            name={`Remove ${name}`}
            size="small"
            disabled={remove.busy}
            onClick={() => setAsking('remove')}
          >
            <Trash2 aria-hidden className="size-3.5" />
          </IconButton>
        </span>
      </div>
      {asking === 'edit' && <EndpointDialog card={card} onClose={close} />}
      {asking === 'key' && <EndpointKeyDialog card={card} onClose={close} />}
      <ConfirmDialog
        open={asking === 'remove'}
        onClose={close}
        onConfirm={() => remove.run(undefined)}
        title={`Remove ${name}?`}
        confirm="Remove"
      >
        <p>
          Its file is moved to the trash folder of the lab home
          {keyFrom === 'keychain' && ', and its key in the keychain is forgotten'}. What was
          measured of it stays.
        </p>
      </ConfirmDialog>
    </li>
  );
}

function MissingKey({
  card,
  onGive,
}: {
  readonly card: EndpointCard;
  readonly onGive: () => void;
}): ReactNode {
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-md bg-warning-soft p-2 text-xs text-warning">
      <TriangleAlert aria-hidden className="size-3.5 shrink-0" />
      <span className="min-w-0 flex-1 break-words">
        Its key is missing: it is neither in the keychain nor in {card.keyVariable}.
      </span>
      <Button size="small" onClick={onGive}>
        Give the key…
      </Button>
    </div>
  );
}

/** Whether it answers, what it said and how fast; else why not and what to do. */
function TestResult({ test }: { readonly test: EndpointTest }): ReactNode {
  const { ok, message, fix, answer, seconds, firstTokenSeconds, models } = test;
  const times = [
    firstTokenSeconds === null ? null : `first token after ${duration(firstTokenSeconds)}`,
    seconds === null ? null : `${duration(seconds)} in all`,
  ].filter((part) => part !== null);
  return (
    <div role="status" className="space-y-1 text-xs">
      <p className={ok ? 'flex gap-1.5 text-passed' : 'flex gap-1.5 text-failed'}>
        {ok ? (
          <CircleCheck aria-hidden className="mt-0.5 size-3.5 shrink-0" />
        ) : (
          <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
        )}
        <span className="min-w-0 break-words">{[message, fix].filter(Boolean).join(' ')}</span>
      </p>
      {answer !== null && (
        <p className="min-w-0 pl-5 text-ink-soft">
          <q className="font-mono break-words">{answer.trim() || 'nothing'}</q>
          <span className="text-ink-faint">{times.length > 0 && `, ${times.join(', ')}`}</span>
        </p>
      )}
      {ok && models.length > 1 && (
        <p className="pl-5 text-ink-faint">The server lists {models.length} models.</p>
      )}
    </div>
  );
}
