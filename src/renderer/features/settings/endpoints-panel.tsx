import type { EndpointCard, EndpointTest } from '@shared/endpoint';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { Panel } from '../../ui/panel';
import { useCommand } from '../../ui/use-command';
import { Empty, Waiting } from '../../ui/waiting';
import { EvaluateDialog } from '../run/evaluate-dialog';
import { AddEndpointDialog } from './add-endpoint-dialog';

/** Servers that speak OpenAI's chat completions, and can be measured like any model. */
export function EndpointsPanel(): ReactNode {
  const { query } = useLab();
  const endpoints = useQuery(query.endpoints.list.queryOptions());
  const [adding, setAdding] = useState(false);
  return (
    <Panel
      title="Endpoints"
      bodyClassName="py-1"
      actions={
        <Button size="small" look="ghost" onClick={() => setAdding(true)}>
          <Plus aria-hidden className="size-3.5" /> Add
        </Button>
      }
    >
      {endpoints.isError ? (
        <ErrorCard error={endpoints.error} />
      ) : endpoints.data === undefined ? (
        <Waiting words="Reading the endpoints" />
      ) : endpoints.data.length === 0 ? (
        <Empty title="No endpoint yet.">
          Add a server that speaks OpenAI's chat completions: Ollama, LM Studio, llama.cpp, vLLM.
        </Empty>
      ) : (
        <ul aria-label="Endpoints" className="divide-y divide-line">
          {endpoints.data.map((card) => (
            <EndpointRow key={card.endpoint.name} card={card} />
          ))}
        </ul>
      )}
      {adding && <AddEndpointDialog onClose={() => setAdding(false)} />}
    </Panel>
  );
}

const keyWords: Readonly<Record<EndpointCard['keyFrom'], string>> = {
  none: 'needs no key',
  keychain: 'key in the keychain',
  environment: 'key from the environment',
  missing: 'its key is missing',
};

function EndpointRow({ card }: { readonly card: EndpointCard }): ReactNode {
  const { client, query, queryClient } = useLab();
  const { endpoint, keyFrom } = card;
  const [evaluating, setEvaluating] = useState(false);
  const [tested, setTested] = useState<EndpointTest | null>(null);
  const test = useCommand(() => client.endpoints.test({ name: endpoint.name }), {
    after: setTested,
  });
  const remove = useCommand(() => client.endpoints.remove({ name: endpoint.name }), {
    said: () => `${endpoint.name} is removed; its results stay.`,
    after: () => void queryClient.invalidateQueries({ queryKey: query.endpoints.key() }),
  });
  return (
    <li className="space-y-1 px-4 py-2">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-medium">{endpoint.name}</span>
        <span className="min-w-0 text-xs break-all text-ink-faint">
          {`${endpoint.model} at ${endpoint.baseUrl} · ${keyWords[keyFrom]}`}
        </span>
      </div>
      {tested !== null && (
        <p role="status" className={tested.ok ? 'text-xs text-passed' : 'text-xs text-failed'}>
          {[tested.message, tested.fix].filter(Boolean).join(' ')}
        </p>
      )}
      <div className="flex gap-2 pt-1">
        <Button
          size="small"
          aria-label={`Evaluate ${endpoint.name}`}
          onClick={() => setEvaluating(true)}
        >
          Evaluate…
        </Button>
        <Button
          size="small"
          disabled={test.busy}
          aria-label={`Test ${endpoint.name}`}
          onClick={() => test.run(undefined)}
        >
          {test.busy ? 'Asking it' : 'Test'}
        </Button>
        <Button
          size="small"
          disabled={remove.busy}
          aria-label={`Remove ${endpoint.name}`}
          onClick={() => remove.run(undefined)}
        >
          Remove
        </Button>
      </div>
      {evaluating && (
        <EvaluateDialog
          subject={`endpoint:${endpoint.name}`}
          name={endpoint.title || endpoint.name}
          onClose={() => setEvaluating(false)}
        />
      )}
    </li>
  );
}
