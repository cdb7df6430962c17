import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { integer } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Waiting } from '../../ui/waiting';

/** Corpora and benchmarks that can be named. */
export function LibraryPanel(): ReactNode {
  const { query } = useLab();
  const corpora = useQuery(query.corpora.list.queryOptions());
  const benchmarks = useQuery(query.benchmarks.list.queryOptions());
  if (corpora.data === undefined || benchmarks.data === undefined) {
    return (
      <Panel title="Corpora and benchmarks">
        <Waiting words="Reading the library" />
      </Panel>
    );
  }
  const entries = [
    ...corpora.data.map((corpus) => ({
      key: `corpus ${corpus.name} ${corpus.version}`,
      kind: 'corpus',
      name: `${corpus.name}@${corpus.version}`,
      description: corpus.description,
      size: `${integer(corpus.examples)} examples`,
    })),
    ...benchmarks.data.map((benchmark) => ({
      key: `benchmark ${benchmark.name} ${benchmark.version}`,
      kind: 'benchmark',
      name: `${benchmark.name}@${benchmark.version}`,
      description: benchmark.description,
      size: `${integer(benchmark.tasks)} tasks`,
    })),
  ];
  return (
    <Panel title="Corpora and benchmarks" bodyClassName="py-1">
      <ul aria-label="Corpora and benchmarks">
        {entries.map((entry) => (
          <li key={entry.key} className="px-4 py-2">
            <div className="flex items-baseline gap-3">
              <span className="font-medium">{entry.name}</span>
              <span className="text-xs text-ink-faint">{entry.kind}</span>
              <span className="ml-auto whitespace-nowrap">{entry.size}</span>
            </div>
            <p className="text-xs text-ink-faint">{entry.description}</p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
