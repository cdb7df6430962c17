import type { RunDetail } from '@shared/run';
import { useQueries } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Page } from '../../app/page';
import { ErrorCard } from '../../ui/error-card';
import { duration, loss, percent, plain, plural } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Empty, Waiting } from '../../ui/waiting';
import { tunedPassRate } from '../lab/recent-runs';
import { RunCharts } from '../run/run-charts';
import { specificationLines } from '../run/specification';

interface Row {
  readonly name: string;
  readonly values: readonly string[];
}

/** Fields of the specifications in which the runs differ. */
export function differingFields(runs: readonly RunDetail[]): readonly Row[] {
  const all = runs.map(
    (run) => new Map(specificationLines(run.spec).map((line) => [line.path, line])),
  );
  const paths = [...new Set(all.flatMap((lines) => [...lines.keys()]))];
  return paths
    .map((path) => ({
      name: path.includes('.') ? path : (all[0]?.get(path)?.name ?? path),
      values: all.map((lines) => lines.get(path)?.value ?? 'none'),
    }))
    .filter((row) => new Set(row.values).size > 1);
}

function results(runs: readonly RunDetail[]): readonly Row[] {
  const row = (name: string, value: (run: RunDetail) => string): Row => ({
    name,
    values: runs.map(value),
  });
  return [
    row('loss', ({ summary }) => loss(summary.loss)),
    row('token accuracy', ({ summary }) => plain(percent(summary.tokenAccuracy))),
    row('validation loss', ({ summary }) => loss(summary.validationLoss)),
    row('validation accuracy', ({ summary }) => plain(percent(summary.validationTokenAccuracy))),
    row('pass@1', ({ summary }) => plain(percent(tunedPassRate(summary)))),
    row('time', ({ summary }) => duration(summary.seconds)),
  ];
}

/** Several runs: their curves one over another, their results, and only what differs. */
export function ComparePage({ ids }: { readonly ids: readonly string[] }): ReactNode {
  const { query } = useLab();
  const details = useQueries({
    queries: ids.map((id) => query.runs.get.queryOptions({ input: { id } })),
  });
  const failed = details.find((detail) => detail.isError);
  const runs = details.flatMap((detail) => (detail.data === undefined ? [] : [detail.data]));
  const first = runs[0];
  if (failed !== undefined) {
    return (
      <Page title="Compare runs">
        <ErrorCard error={failed.error} />
      </Page>
    );
  }
  if (first === undefined || runs.length < ids.length) return <Waiting words="Reading the runs" />;
  return (
    <Page
      title={`Compare ${plural(runs.length, 'run')}`}
      actions={
        <Link href="/runs" className="text-accent hover:underline">
          Choose other runs
        </Link>
      }
    >
      <RunCharts
        key={ids.join()}
        id={first.summary.id}
        name={first.summary.name}
        live={false}
        over={ids.slice(1)}
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="Results" bodyClassName="overflow-x-auto">
          <Differences runs={runs} rows={results(runs)} />
        </Panel>
        <Panel title="What differs in the specification" bodyClassName="overflow-x-auto">
          <Differences runs={runs} rows={differingFields(runs)} />
        </Panel>
      </div>
    </Page>
  );
}

function Differences({
  runs,
  rows,
}: {
  readonly runs: readonly RunDetail[];
  readonly rows: readonly Row[];
}): ReactNode {
  if (rows.length === 0) {
    return <Empty title="Nothing differs.">The runs have the same specification.</Empty>;
  }
  return (
    <table className="w-full">
      <thead>
        <tr className="h-9 text-right">
          <th className="label pl-4 text-left">field</th>
          {runs.map(({ summary }) => (
            <th key={summary.id} scope="col" className="px-2 font-medium last:pr-4">
              <Link href={`/runs/${summary.id}`} className="hover:underline">
                {summary.name}
              </Link>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name} className="border-t border-line text-right">
            <th scope="row" className="py-1.5 pl-4 text-left font-normal text-ink-soft">
              {row.name}
            </th>
            {row.values.map((value, index) => (
              <td key={runs[index]?.summary.id} className="px-2 py-1.5 last:pr-4">
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
