import type { Rehearsal } from '@shared/rehearsal';
import type { ReactNode } from 'react';
import { bytes, count, duration, moment, plain, roughDuration, significant } from '../../ui/format';
import { Quantity, Reading } from '../../ui/quantity';

/** `+4.3 %`: by how much the measurement lies above the prediction. */
export function deviation(measured: number, predicted: number): string {
  const share = (100 * (measured - predicted)) / predicted;
  return `${share < 0 ? '−' : '+'}${Math.abs(share).toFixed(1)} %`;
}

/** What a rehearsal measured, beside what had been predicted. */
export function RehearsalResult({ rehearsal }: { readonly rehearsal: Rehearsal }): ReactNode {
  const { result, predictedBytes } = rehearsal;
  if (result === null) return null;
  const scale = Math.max(result.peakMemoryBytes, predictedBytes ?? 0, 1);
  return (
    <div className="space-y-3">
      <dl className="grid grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1 text-xs">
        <Bar name="measured peak" size={result.peakMemoryBytes} scale={scale} strong />
        {predictedBytes !== null && (
          <Bar name="predicted" size={predictedBytes} scale={scale} strong={false} />
        )}
      </dl>
      {predictedBytes !== null && (
        <p className="text-xs text-ink-soft">
          Measured against predicted: {deviation(result.peakMemoryBytes, predictedBytes)}
        </p>
      )}
      <div className="grid grid-cols-2 gap-x-4 gap-y-3">
        <Reading label="whole run">{roughDuration(rehearsal.totalSeconds)}</Reading>
        <Reading label="tokens per second">
          <Quantity of={count(Math.round(result.tokensPerSecond))} />
        </Reading>
        <Reading label="one step">
          <Quantity of={{ value: significant(result.secondsPerStep), unit: 's' }} />
        </Reading>
        <Reading label="model built in" title={plain(bytes(result.buildPeakBytes))}>
          {duration(result.buildSeconds)}
        </Reading>
      </div>
      <p className="text-2xs text-ink-faint">
        {moment(rehearsal.createdAt)}, {rehearsal.device.name}, {rehearsal.quantization},{' '}
        {rehearsal.precision}, {rehearsal.microBatch} × {rehearsal.accumulation}, up to{' '}
        {rehearsal.maxLength} tokens. {result.notes.join(' ')}
      </p>
    </div>
  );
}

function Bar({
  name,
  size,
  scale,
  strong,
}: {
  readonly name: string;
  readonly size: number;
  readonly scale: number;
  readonly strong: boolean;
}): ReactNode {
  return (
    <>
      <dt className={strong ? 'font-medium' : 'text-ink-faint'}>{name}</dt>
      <dd className="h-2 overflow-hidden rounded-full bg-sunken">
        <div
          className={`h-full rounded-full ${strong ? 'bg-accent-fill' : 'bg-line-strong'}`}
          style={{ width: `${(100 * size) / scale}%` }}
        />
      </dd>
      <dd className="text-right whitespace-nowrap">
        <Quantity of={bytes(size)} />
      </dd>
    </>
  );
}
