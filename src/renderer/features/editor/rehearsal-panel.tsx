import type { Preset } from '@shared/preset';
import type { Rehearsal } from '@shared/rehearsal';
import { useQuery } from '@tanstack/react-query';
import { Gauge } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { isOpen } from '../../ui/job-state';
import { Panel } from '../../ui/panel';
import { Waiting } from '../../ui/waiting';
import { JobProgress } from '../jobs/job-progress';
import { useJob } from '../jobs/use-jobs';
import { RehearsalResult } from './rehearsal-result';
import { useRehearse } from './use-rehearse';

export function newest(rehearsals: readonly Rehearsal[], preset: string): readonly Rehearsal[] {
  return rehearsals
    .filter((entry) => entry.preset === preset)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** In what a draft differs from what was rehearsed; empty when the measurement holds for it. */
export function settingsChanged(rehearsal: Rehearsal, preset: Preset): readonly string[] {
  const { batch, quantization, model } = preset;
  const quantized = rehearsal.quantization !== 'none';
  return [
    rehearsal.model === model ? '' : 'model',
    quantized === (quantization.kind !== 'none') ? '' : 'quantization',
    rehearsal.maxLength === batch.maxLength ? '' : 'sequence length',
    batch.micro === null || rehearsal.microBatch === batch.micro ? '' : 'micro-batch',
    rehearsal.microBatch * rehearsal.accumulation === batch.effective ? '' : 'effective batch',
  ].filter((name) => name !== '');
}

/** Measures instead of predicting: starts a rehearsal, follows it, and shows what it found. */
export function RehearsalPanel({
  preset,
  valid,
}: {
  readonly preset: Preset;
  readonly valid: boolean;
}): ReactNode {
  const { query } = useLab();
  const rehearsals = useQuery(query.rehearsals.list.queryOptions());
  const rehearse = useRehearse();
  const own = newest(rehearsals.data ?? [], preset.name);
  const [latest] = own;
  const job = useJob(latest?.jobId ?? null);
  const going = latest !== undefined && isOpen(latest.status);
  const measured = own.find((entry) => entry.result !== null);
  const changed = measured === undefined ? [] : settingsChanged(measured, preset);
  return (
    <Panel
      title="Rehearsal"
      bodyClassName="space-y-3 p-4"
      actions={
        <Button
          size="small"
          disabled={!valid || going || rehearse.busy}
          onClick={() => rehearse.run(preset)}
        >
          <Gauge aria-hidden className="size-3.5" /> Rehearse
        </Button>
      }
    >
      {rehearsals.isError ? (
        <ErrorCard error={rehearsals.error} />
      ) : rehearsals.data === undefined ? (
        <Waiting words="Reading earlier rehearsals" />
      ) : (
        <>
          {going &&
            (job === undefined ? (
              <p role="status" className="text-ink-faint">
                {latest.message ?? 'The rehearsal waits in the queue.'}
              </p>
            ) : (
              <JobProgress job={job} />
            ))}
          {latest?.status === 'failed' && (
            <div role="alert" className="rounded-md bg-failed-soft p-3 text-xs">
              <p className="font-medium text-failed">
                {latest.failure?.title ?? 'The last rehearsal failed.'}
              </p>
              {latest.failure !== null && (
                <p className="pt-1">
                  {latest.failure.why} {latest.failure.fix}
                </p>
              )}
            </div>
          )}
          {measured !== undefined ? (
            <>
              {changed.length > 0 && (
                <p className="text-xs text-warning">
                  Measured with another {changed.join(' and ')} than now: rehearse again.
                </p>
              )}
              <RehearsalResult rehearsal={measured} />
            </>
          ) : (
            !going && (
              <p className="text-xs text-ink-faint">
                Builds the exact architecture with random weights, takes a few real steps at full
                length on the device, and measures peak memory, speed and the time of the whole run.
                The model need not be downloaded.
              </p>
            )
          )}
        </>
      )}
    </Panel>
  );
}
