import type { OverrideValue } from '@shared/run-spec';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useLab } from '../../app/lab-context';
import { useSettled } from '../../ui/use-settled';
import { useTargetDevice } from '../lab/target-device';
import { verdictLooks } from './fit-badge';
import { expectedTime } from './time-basis';

/** In one line: whether a preset with changes fits the device, and how long it takes. */
export function FitLine({
  preset,
  overrides,
}: {
  readonly preset: string;
  readonly overrides: Readonly<Record<string, OverrideValue>>;
}): ReactNode {
  const { query } = useLab();
  const { device } = useTargetDevice();
  const text = useSettled(JSON.stringify(overrides), 300);
  const input = useMemo(
    () => ({
      preset,
      overrides: JSON.parse(text) as Record<string, OverrideValue>,
      ...(device === undefined ? {} : { device: device.id }),
    }),
    [preset, text, device],
  );
  const report = useQuery(
    query.fit.predict.queryOptions({ input, placeholderData: keepPreviousData, retry: false }),
  );
  if (report.data === undefined) {
    return (
      <p className="text-xs text-ink-faint">
        {report.isError ? 'Whether it fits is not known: the shape of the model is not here.' : ' '}
      </p>
    );
  }
  const { verdict, badge, seconds, timeBasis, changes } = report.data;
  const { icon: Icon, text: tone } = verdictLooks[verdict];
  return (
    <p role="status" aria-label="Fit" className="flex flex-wrap items-center gap-x-2 text-xs">
      <Icon aria-hidden className={`size-3.5 ${tone}`} strokeWidth={2.5} />
      <span className={`font-medium ${tone}`}>{badge}</span>
      <span className="text-ink-soft">
        {expectedTime(seconds, timeBasis)}
        {device !== undefined && `, on ${device.name}`}
      </span>
      {verdict === 'does not fit' && changes[0] !== undefined && (
        <span className="text-ink-soft">Nearest change: {changes[0].title}.</span>
      )}
    </p>
  );
}
