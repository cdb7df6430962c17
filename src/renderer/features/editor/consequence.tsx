import type { FitReport } from '@shared/fit';
import type { Preset } from '@shared/preset';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { classNames } from '../../ui/class-names';
import { ErrorCard } from '../../ui/error-card';
import { count, integer, percent, plain, roughDuration, significant } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Quantity, Reading } from '../../ui/quantity';
import { useSettled } from '../../ui/use-settled';
import { Waiting } from '../../ui/waiting';
import { verdictLooks } from '../fit/fit-badge';
import { MemoryBar } from '../fit/memory-bar';
import { NearestChanges } from '../fit/nearest-changes';
import { basisExplained } from '../fit/time-basis';
import { useTargetDevice } from '../lab/target-device';

const settleMilliseconds = 250;

/** What the draft would need and how long it would take, while it is being typed. */
export function Consequence({
  preset,
  valid,
  onApply,
}: {
  readonly preset: Preset;
  /** Some fields cannot be read; their last values count. */
  readonly valid: boolean;
  readonly onApply: (change: FitReport['changes'][number]) => void;
}): ReactNode {
  const { query } = useLab();
  const { device } = useTargetDevice();
  const settled = useSettled(preset, settleMilliseconds);
  const report = useQuery(
    query.fit.predict.queryOptions({
      input: { draft: settled, ...(device === undefined ? {} : { device: device.id }) },
      placeholderData: keepPreviousData,
      retry: false,
      gcTime: 60_000,
    }),
  );
  const stale = settled !== preset || report.isFetching;
  return (
    <Panel
      title="What follows"
      note={report.data === undefined ? device?.name : `on ${report.data.device.name}`}
      bodyClassName="p-4"
    >
      {report.isError ? (
        <ErrorCard error={report.error} />
      ) : report.data === undefined ? (
        <Waiting words="Predicting memory and time" />
      ) : (
        <div
          aria-busy={stale}
          className={classNames('space-y-4 transition-opacity duration-100', stale && 'opacity-70')}
        >
          {!valid && (
            <p className="text-xs text-warning">
              Fields that cannot be read count with their last value.
            </p>
          )}
          <FitReportView report={report.data} onApply={onApply} />
        </div>
      )}
    </Panel>
  );
}

export function FitReportView({
  report,
  onApply,
}: {
  readonly report: FitReport;
  readonly onApply: (change: FitReport['changes'][number]) => void;
}): ReactNode {
  const { icon: Icon, text } = verdictLooks[report.verdict];
  const share =
    report.totalParameters === 0 ? null : report.trainableParameters / report.totalParameters;
  return (
    <>
      <div role="status" aria-label="Fit">
        <p className={classNames('flex items-center gap-2 text-base font-semibold', text)}>
          <Icon aria-hidden className="size-4 shrink-0" strokeWidth={2.5} />
          {report.badge}
        </p>
        <p className="pt-1 text-ink-soft">{report.sentence}</p>
      </div>
      <MemoryBar report={report} />
      <NearestChanges changes={report.changes} onApply={onApply} />
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 border-t border-line pt-3">
        <Reading label={`time, ${report.timeBasis}`} title={basisExplained[report.timeBasis]}>
          {roughDuration(report.seconds)}
        </Reading>
        <Reading label="steps">
          {integer(report.steps)}
          {report.secondsPerStep !== null && (
            <span className="unit">× {significant(report.secondsPerStep, 2)} s</span>
          )}
        </Reading>
        <Reading label="trainable parameters">
          <Quantity of={count(report.trainableParameters)} />
          <span className="unit">({plain(percent(share, 2))})</span>
        </Reading>
        <Reading label="micro-batch × accumulation">
          {report.microBatch} × {report.accumulation}
        </Reading>
        <Reading label="base weights">{quantizationWords[report.quantization]}</Reading>
        <Reading label="precision">{report.precision}</Reading>
      </div>
      <div className="space-y-1 text-2xs text-ink-faint">
        {report.steps === null && (
          <p>Steps and time of the whole run are known once the corpus is here.</p>
        )}
        {report.calibration !== null && (
          <p>
            Corrected by {integer(report.calibration.measurements)} measurements on this device: ×{' '}
            {report.calibration.factor.toFixed(2)}.
          </p>
        )}
        {report.notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </div>
    </>
  );
}

const quantizationWords: Readonly<Record<FitReport['quantization'], string>> = {
  none: 'not quantized',
  nf4: 'NF4, 4 bit',
  mlx4: 'MLX 4-bit, for NF4',
};
