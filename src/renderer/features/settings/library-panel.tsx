import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { ErrorCard } from '../../ui/error-card';
import { integer } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Waiting } from '../../ui/waiting';

/** Corpora that can be named. */
export function LibraryPanel(): ReactNode {
  const { query } = useLab();
  const corpora = useQuery(query.corpora.list.queryOptions());
  return (
    <Panel title="Corpora" bodyClassName="py-1">
      {corpora.isError ? (
        <ErrorCard error={corpora.error} />
      ) : corpora.data === undefined ? (
        <Waiting words="Reading the corpora" />
      ) : (
        <ul aria-label="Corpora">
          {corpora.data.map((corpus) => (
            <li key={`${corpus.name} ${corpus.version}`} className="px-4 py-2">
              <div className="flex items-baseline gap-3">
                <span className="font-medium">{`${corpus.name}@${corpus.version}`}</span>
                <span className="ml-auto whitespace-nowrap">
                  {`${integer(corpus.examples)} examples`}
                </span>
              </div>
              <p className="text-xs text-ink-faint">{corpus.description}</p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
