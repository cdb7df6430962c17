import type { RunDetail } from '@shared/run';
import { RotateCcw } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import {
  bytes,
  duration,
  integer,
  loss,
  moment,
  percent,
  plain,
  roughDuration,
} from '../../ui/format';
import { isActive, isOpen, StateBadge } from '../../ui/job-state';
import { ProgressBar } from '../../ui/progress';
import { Quantity, Reading } from '../../ui/quantity';
import { adjustmentLines } from './adjustments';
import { RunActions } from './run-actions';

/** Name, state, what can be done, progress, and the readings that matter most. */
export function RunHeader({ run }: { readonly run: RunDetail }): ReactNode {
  const { summary, spec } = run;
  const id = useId();
  const active = isActive(summary.status);
  const words = statusWords(run);
  const adjusted = adjustmentLines(spec);
  const tone = {
    done: 'passed',
    failed: 'failed',
    stopped: 'neutral',
    cancelled: 'neutral',
  } as const;
  const ended = summary.status in tone ? tone[summary.status as keyof typeof tone] : 'accent';
  const share =
    run.progress ??
    (summary.totalSteps !== null && summary.totalSteps > 0
      ? summary.steps / summary.totalSteps
      : null);
  return (
    <section aria-labelledby={id} className="card">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-3">
        <h1 id={id} className="min-w-0 truncate text-xl font-semibold tracking-tight">
          {summary.name}
        </h1>
        <StateBadge state={summary.status} />
        <p className="min-w-0 truncate text-ink-faint">
          {[summary.preset, spec.device.name, moment(summary.startedAt ?? summary.createdAt)].join(
            ' · ',
          )}
        </p>
        <div className="ml-auto">
          <RunActions run={run} />
        </div>
      </header>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(6.25rem,1fr))] gap-x-3 gap-y-3 px-4 pt-3 pb-4">
        <Reading label="step" large>
          {integer(summary.steps)}
          <span className="unit">/ {integer(summary.totalSteps)}</span>
        </Reading>
        <Reading label="loss" large>
          {loss(summary.loss)}
        </Reading>
        <Reading label="token accuracy" large>
          <Quantity of={percent(summary.tokenAccuracy)} />
        </Reading>
        <Reading label="validation loss" large>
          {loss(summary.validationLoss)}
        </Reading>
        <Reading label="validation acc." large>
          <Quantity of={percent(summary.validationTokenAccuracy)} />
        </Reading>
        <Reading label="peak memory" large>
          <Quantity of={bytes(summary.peakMemoryBytes)} />
        </Reading>
        <Reading label="time" large>
          {duration(summary.seconds)}
        </Reading>
        {active && (
          <Reading label="left" large>
            {roughDuration(run.secondsLeft)}
          </Reading>
        )}
      </div>
      {adjusted.length > 0 && (
        <ul
          aria-label="What the lab changed"
          className="space-y-0.5 px-4 pb-3 text-xs text-warning"
        >
          {adjusted.map((line) => (
            <li key={line} className="flex gap-1.5">
              <RotateCcw aria-hidden className="mt-0.5 size-3 shrink-0" />
              {line}
            </li>
          ))}
        </ul>
      )}
      {summary.status !== 'done' && (
        <div className="px-4 pb-3">
          <ProgressBar
            value={
              active && summary.steps === 0 ? null : isOpen(summary.status) && !active ? 0 : share
            }
            label={`Progress: ${share === null ? 'not known yet' : plain(percent(share, 0))}`}
            tone={ended}
          />
          {words !== '' && <p className="pt-1.5 text-xs text-ink-faint">{words}</p>}
        </div>
      )}
    </section>
  );
}

function statusWords(run: RunDetail): string {
  switch (run.summary.status) {
    case 'queued':
      return 'Waits in the queue.';
    case 'stopping':
      return 'Stopping: the step is finished and a checkpoint is written.';
    case 'stopped':
      return 'Stopped. Its last checkpoint is kept; resume goes on from there.';
    case 'cancelled':
      return 'Cancelled before it began.';
    case 'failed':
    case 'done':
      return '';
    case 'running':
    case 'judging':
      return run.phase?.message ?? 'Starting.';
  }
}
