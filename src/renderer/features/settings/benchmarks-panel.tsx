import type { BenchmarkSummary } from '@shared/benchmark';
import { useQuery } from '@tanstack/react-query';
import { Import } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { plural } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { useCommand } from '../../ui/use-command';
import { Waiting } from '../../ui/waiting';
import { ImportBenchmarkDialog } from './import-benchmark-dialog';

/** Benchmarks that can be named, with a way to bring published ones. */
export function BenchmarksPanel(): ReactNode {
  const { query } = useLab();
  const benchmarks = useQuery(query.benchmarks.list.queryOptions());
  const [importing, setImporting] = useState(false);
  return (
    <Panel
      title="Benchmarks"
      bodyClassName="py-1"
      actions={
        <Button size="small" look="ghost" onClick={() => setImporting(true)}>
          <Import aria-hidden className="size-3.5" /> Import
        </Button>
      }
    >
      {benchmarks.isError ? (
        <ErrorCard error={benchmarks.error} />
      ) : benchmarks.data === undefined ? (
        <Waiting words="Reading the benchmarks" />
      ) : (
        <ul aria-label="Benchmarks" className="divide-y divide-line">
          {benchmarks.data.map((benchmark) => (
            <BenchmarkRow key={benchmark.name} benchmark={benchmark} />
          ))}
        </ul>
      )}
      {importing && <ImportBenchmarkDialog onClose={() => setImporting(false)} />}
    </Panel>
  );
}

function BenchmarkRow({ benchmark }: { readonly benchmark: BenchmarkSummary }): ReactNode {
  const { client } = useLab();
  const [, navigate] = useLocation();
  const { name, version, title, description, tasks, toolchain } = benchmark;
  const check = useCommand(
    () => client.evaluations.enqueue({ subject: 'reference', benchmark: name }),
    {
      said: () => `The reference solutions of ${name} are being judged; all must pass.`,
      after: ({ id }) => navigate(`/evaluations/${id}`),
    },
  );
  return (
    <li className="px-4 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{`${name}@${version}`}</span>
        <span className="text-xs text-ink-faint">{`${plural(tasks, 'task')} · ${toolchain}`}</span>
        <span className="ml-auto">
          <Button
            size="small"
            look="ghost"
            disabled={check.busy}
            aria-label={`Check the references of ${name}`}
            title="Judges the benchmark's own solutions, which must pass."
            onClick={() => check.run(undefined)}
          >
            Check
          </Button>
        </span>
      </div>
      <p className="text-xs text-ink-faint">{description === '' ? title : description}</p>
    </li>
  );
}
