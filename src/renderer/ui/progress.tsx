import { Meter } from '@base-ui/react/meter';
import { Progress } from '@base-ui/react/progress';
import type { ReactNode } from 'react';
import { classNames } from './class-names';

const track = 'w-full overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset';

/** How far a job is; `null` means working without a known amount. */
export function ProgressBar({
  value,
  label,
  thin = false,
  tone = 'accent',
}: {
  readonly value: number | null;
  readonly label: string;
  readonly thin?: boolean;
  readonly tone?: 'accent' | 'neutral' | 'failed' | 'passed';
}): ReactNode {
  const fill = {
    accent: 'bg-accent-fill',
    neutral: 'bg-line-strong',
    failed: 'bg-failed-fill',
    passed: 'bg-passed-fill',
  }[tone];
  return (
    <Progress.Root value={value === null ? null : Math.round(value * 1000) / 10} aria-label={label}>
      <Progress.Track className={classNames(track, thin ? 'h-1' : 'h-2')}>
        {value === null ? (
          <div className={classNames('h-full w-2/5 animate-sweep rounded-full', fill)} />
        ) : (
          <Progress.Indicator
            className={classNames('h-full rounded-full transition-[width] duration-150', fill)}
          />
        )}
      </Progress.Track>
    </Progress.Root>
  );
}

/** How much of something is used. */
export function UsageMeter({
  share,
  label,
  text,
}: {
  readonly share: number;
  readonly label: string;
  readonly text: string;
}): ReactNode {
  const tone = share > 0.95 ? 'bg-failed-fill' : share > 0.85 ? 'bg-series-5' : 'bg-accent-fill';
  return (
    <Meter.Root
      value={Math.round(share * 1000) / 10}
      aria-label={label}
      aria-valuetext={text}
      getAriaValueText={() => text}
    >
      <Meter.Track className={classNames(track, 'h-2')}>
        <Meter.Indicator
          className={classNames('h-full rounded-full transition-[width] duration-150', tone)}
        />
      </Meter.Track>
    </Meter.Root>
  );
}
