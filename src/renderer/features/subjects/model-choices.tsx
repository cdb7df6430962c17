import type { EndpointCard } from '@shared/endpoint';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Choice } from '../../ui/choice';
import { ErrorCard } from '../../ui/error-card';
import { parameters, plain } from '../../ui/format';
import { SearchChoice } from '../../ui/search-choice';

/** A base model that is on this machine: one that ships, a folder that was added, one of the hub. */
export function BaseModelChoice({
  value,
  onChange,
}: {
  readonly value: string | null;
  readonly onChange: (source: string) => void;
}): ReactNode {
  const { query } = useLab();
  const models = useQuery(query.models.list.queryOptions());
  if (models.isError) return <ErrorCard error={models.error} />;
  const ready = (models.data ?? []).filter(
    ({ state, source }) => state === 'ready' || source === value,
  );
  return (
    <SearchChoice
      label="Model"
      value={value}
      options={ready.map((model) => ({
        value: model.source,
        title: model.source,
        note: [
          kinds[model.kind],
          ...(model.parameters === null ? [] : [plain(parameters(model.parameters))]),
          ...(model.state === 'ready' ? [] : ['not on this machine']),
        ].join(' · '),
      }))}
      onChange={onChange}
      explanation={
        <>
          Models on this machine;{' '}
          <SettingsLink>others are got or added in the settings</SettingsLink>.
        </>
      }
    />
  );
}

const kinds = { shipped: 'ships with the lab', folder: 'folder', hub: 'from the hub' } as const;

const keyNotes: Readonly<Record<EndpointCard['keyFrom'], string>> = {
  none: '',
  keychain: '',
  environment: '',
  missing: ' · its key is missing',
};

export function EndpointChoice({
  value,
  onChange,
}: {
  readonly value: string | null;
  readonly onChange: (name: string) => void;
}): ReactNode {
  const { query } = useLab();
  const endpoints = useQuery(query.endpoints.list.queryOptions());
  if (endpoints.isError) return <ErrorCard error={endpoints.error} />;
  if (endpoints.data?.length === 0) {
    return (
      <p className="text-xs text-ink-faint">
        No endpoint yet: <SettingsLink>add a server in the settings</SettingsLink>, for example
        Ollama, LM Studio, llama.cpp or vLLM.
      </p>
    );
  }
  const chosen = endpoints.data?.find(({ endpoint }) => endpoint.name === value);
  return (
    <div className="min-w-0">
      <div className="pb-1 text-xs font-medium">Endpoint</div>
      <Choice
        label="Endpoint"
        className="w-full"
        value={value}
        options={(endpoints.data ?? []).map(({ endpoint, keyFrom }) => ({
          value: endpoint.name,
          title: endpoint.name,
          note: `${endpoint.model} at ${endpoint.baseUrl}${keyNotes[keyFrom]}`,
        }))}
        onChange={onChange}
      />
      {chosen?.keyFrom === 'missing' ? (
        <p role="alert" className="pt-1 text-2xs text-failed">
          Its key is missing: <SettingsLink>give it in the settings</SettingsLink>, or set{' '}
          {chosen.keyVariable}.
        </p>
      ) : (
        <p className="pt-1 text-2xs text-ink-faint">
          A server that speaks OpenAI's chat completions.
        </p>
      )}
    </div>
  );
}

function SettingsLink({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Link href="/settings" className="text-accent underline">
      {children}
    </Link>
  );
}
