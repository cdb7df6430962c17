import type { CorpusReport } from '@shared/corpus';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { integer, plural } from '../../ui/format';
import { ProgressBar } from '../../ui/progress';

/** Looks through the corpus before anything is trained: what is usable, and every bad row. */
export function CorpusCheck({
  source,
  model,
  maxLength,
}: {
  readonly source: string;
  readonly model: string;
  readonly maxLength: number;
}): ReactNode {
  const { client } = useLab();
  const { data, error, isPending, mutate, reset } = useMutation({
    mutationFn: () =>
      client.corpora.validate({
        source,
        model: model === '' ? null : model,
        ...(Number.isInteger(maxLength) && maxLength >= 8 ? { maxLength } : {}),
      }),
  });
  // An answer about another file would mislead.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the inputs are what it resets on
  useEffect(() => reset(), [source, model, maxLength, reset]);
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-3">
        <Button size="small" disabled={source.trim() === '' || isPending} onClick={() => mutate()}>
          Check the corpus
        </Button>
        {isPending && (
          <span role="status" className="flex items-center gap-2 text-ink-faint">
            Reading every row
            <span className="block w-32">
              <ProgressBar value={null} label="Reading every row" thin />
            </span>
          </span>
        )}
        {data !== undefined && <Result report={data} />}
      </div>
      {error !== null && <ErrorCard error={error} />}
      {data !== undefined && data.badRows.length > 0 && <BadRows report={data} />}
    </div>
  );
}

function Result({ report }: { readonly report: CorpusReport }): ReactNode {
  const tokens =
    report.tokens === null
      ? ''
      : `, ${integer(report.tokens.median)} tokens in the middle, ${integer(report.tokens.max)} at most`;
  return (
    <span role="status" className="text-ink-soft">
      {integer(report.usable)} of {plural(report.rows, 'row')} usable
      {tokens}
    </span>
  );
}

function BadRows({ report }: { readonly report: CorpusReport }): ReactNode {
  return (
    <div className="max-h-32 overflow-y-auto rounded-md bg-warning-soft p-2 font-mono text-xs">
      <ul aria-label="Bad rows">
        {report.badRows.map((row) => (
          <li key={`${row.line} ${row.reason}`}>
            <span className="text-warning">line {integer(row.line)}</span> {row.message}
          </li>
        ))}
      </ul>
    </div>
  );
}
