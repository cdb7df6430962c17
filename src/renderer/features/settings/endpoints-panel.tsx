import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { Panel } from '../../ui/panel';
import { Empty, Waiting } from '../../ui/waiting';
import { EndpointDialog } from './endpoint-dialog';
import { EndpointRow } from './endpoint-row';

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
      {adding && <EndpointDialog card={null} onClose={() => setAdding(false)} />}
    </Panel>
  );
}
