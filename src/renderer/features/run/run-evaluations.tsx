import type { EvaluationDetail } from '@shared/rpc/evaluations';
import type { RunDetail } from '@shared/run';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { integer, percent } from '../../ui/format';
import { isOpen, StateSign } from '../../ui/job-state';
import { Panel } from '../../ui/panel';
import { ProgressBar } from '../../ui/progress';
import { Quantity } from '../../ui/quantity';
import { Verdict } from '../evaluation/verdict';
import { SmokeGate } from './smoke-gate';

type Entry = RunDetail['summary']['evaluations'][number];

/** The evaluations of a run: how far they are, and what they say when they are done. */
export function RunEvaluations({ run }: { readonly run: RunDetail }): ReactNode {
  const { evaluations } = run.summary;
  if (evaluations.length === 0 && run.smoke === null) return null;
  const benchmarks = [...new Set(evaluations.map((entry) => entry.benchmark))];
  return (
    <Panel title="Evaluations" className="shrink-0" bodyClassName="divide-y divide-line">
      <SmokeGate run={run} />
      {benchmarks.map((benchmark) => (
        <Benchmark
          key={benchmark}
          benchmark={benchmark}
          entries={evaluations
            .filter((entry) => entry.benchmark === benchmark)
            .sort((a, b) => a.role.localeCompare(b.role))}
        />
      ))}
    </Panel>
  );
}

function Benchmark({
  benchmark,
  entries,
}: {
  readonly benchmark: string;
  readonly entries: readonly Entry[];
}): ReactNode {
  const base = entries.find((entry) => entry.role === 'base' && entry.status === 'done');
  const tuned = entries.find((entry) => entry.role === 'tuned' && entry.status === 'done');
  return (
    <div className="px-4 py-3">
      <h3 className="label pb-1">{benchmark}</h3>
      <ul>
        {entries.map((entry) => (
          <EvaluationRow key={entry.id} entry={entry} />
        ))}
      </ul>
      {base !== undefined && tuned !== undefined && (
        <div className="pt-2">
          <Verdict a={base.id} b={tuned.id} />
        </div>
      )}
    </div>
  );
}

function EvaluationRow({ entry }: { readonly entry: Entry }): ReactNode {
  const { query } = useLab();
  const detail = useQuery(
    query.evaluations.get.queryOptions({
      input: { id: entry.id },
      refetchInterval: ({ state }: { state: { data: EvaluationDetail | undefined } }) =>
        state.data === undefined || isOpen(state.data.item.status) ? 1000 : false,
    }),
  );
  const item = detail.data?.item;
  const open = isOpen(entry.status);
  return (
    <li>
      <Link
        href={`/evaluations/${entry.id}`}
        className="clickable -mx-2 flex min-h-8 items-center gap-2 rounded-md px-2"
      >
        <StateSign state={entry.status} />
        <span className="min-w-0 truncate font-medium">{entry.subject}</span>
        <span className="shrink-0 text-xs text-ink-faint">
          {entry.role === 'base' ? 'before' : entry.role}
        </span>
        <span className="ml-auto shrink-0">
          {entry.status === 'done' ? (
            <span className="font-semibold">
              <Quantity of={percent(entry.passAt1)} />
            </span>
          ) : entry.status === 'queued' ? (
            <span className="text-xs text-ink-faint">waits</span>
          ) : (
            <span className="text-xs text-ink-faint">
              {open && item !== undefined
                ? `${integer(item.judged)} / ${integer(item.samples)}`
                : entry.status}
            </span>
          )}
        </span>
      </Link>
      {open && entry.status !== 'queued' && item !== undefined && (
        <ProgressBar
          value={item.samples === 0 ? null : (item.generated + item.judged) / (2 * item.samples)}
          label={`Evaluation of ${entry.subject}`}
          thin
        />
      )}
    </li>
  );
}
