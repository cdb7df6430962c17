import type { ExportSummary } from '@shared/export';
import type { RunDetail } from '@shared/run';
import { useQuery } from '@tanstack/react-query';
import { FolderOutput } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { CopyText } from '../../ui/copy-text';
import { ErrorCard } from '../../ui/error-card';
import { bytes, integer, moment, plain } from '../../ui/format';
import { isOpen, StateBadge } from '../../ui/job-state';
import { JobFailed, JobProgress } from '../jobs/job-progress';
import { useQueue } from '../lab/use-queue';
import { EvaluateButton } from '../subjects/evaluate-button';
import { runSubject } from '../subjects/subject-draft';
import { useExportDialog } from './export-store';

/** The merged models that were made of a run: where they lie, and how those stand that are being made. */
export function ExportsList({ run }: { readonly run: RunDetail }): ReactNode {
  const { query } = useLab();
  const open = useExportDialog((state) => state.open);
  const { id, name, status } = run.summary;
  const exports = useQuery(
    query.exports.list.queryOptions({
      input: { runId: id },
      refetchInterval: ({ state }: { state: { data: readonly ExportSummary[] | undefined } }) =>
        state.data?.some((entry) => isOpen(entry.state)) ? 1000 : false,
    }),
  );
  const list = exports.data ?? [];
  if (status !== 'done' && list.length === 0) return null;
  return (
    <section aria-label="Merged models" className="border-t border-line">
      <header className="flex min-h-10 items-center gap-2 py-1 pr-2 pl-4">
        <h3 className="label">merged models</h3>
        {status === 'done' && (
          <Button
            size="small"
            className="ml-auto"
            onClick={() => open({ runId: id, runName: name, step: null })}
          >
            <FolderOutput aria-hidden className="size-3.5" /> Export…
          </Button>
        )}
      </header>
      {exports.isError ? (
        <div className="px-4 pb-4">
          <ErrorCard error={exports.error} />
        </div>
      ) : list.length === 0 ? (
        <p className="px-4 pb-4 text-xs text-ink-faint">
          None yet: an export folds an adapter into the base model's weights.
        </p>
      ) : (
        <ul aria-label="Exports" className="divide-y divide-line border-t border-line">
          {list.map((entry) => (
            <ExportRow key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ExportRow({ entry }: { readonly entry: ExportSummary }): ReactNode {
  const { runId, step, state, path, jobId } = entry;
  const { data: queue } = useQueue();
  const job = queue?.jobs.find((one) => one.id === jobId);
  const title = step === null ? 'finished adapter' : `step ${integer(step)}`;
  return (
    <li className="space-y-1.5 px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium">{title}</span>
        <StateBadge state={state} />
        <span className="ml-auto text-xs text-ink-faint">
          {[entry.bytes === null ? null : plain(bytes(entry.bytes)), moment(entry.createdAt)]
            .filter((part) => part !== null)
            .join(' · ')}
        </span>
      </div>
      <CopyText text={path} />
      {job !== undefined && isOpen(job.state) && <JobProgress job={job} />}
      {job !== undefined && job.state === 'failed' && <JobFailed job={job} />}
      {state === 'done' && (
        <EvaluateButton
          size="small"
          aria-label={`Evaluate the merged model of ${title}`}
          origin={{ subject: runSubject(runId, { kind: 'merged', step }) }}
        />
      )}
    </li>
  );
}
