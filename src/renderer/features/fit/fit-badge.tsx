import type { FitBadge, FitVerdict } from '@shared/fit';
import { Check, type LucideIcon, OctagonX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names';

interface Look {
  readonly icon: LucideIcon;
  readonly text: string;
  readonly fill: string;
}

/** Colour with a sign beside it, so that the verdict is told twice. */
export const verdictLooks: Readonly<Record<FitVerdict, Look>> = {
  fits: { icon: Check, text: 'text-passed', fill: 'bg-passed-fill' },
  tight: { icon: TriangleAlert, text: 'text-warning', fill: 'bg-series-5' },
  'does not fit': { icon: OctagonX, text: 'text-failed', fill: 'bg-failed-fill' },
};

/** Whether a training fits the device, as a bar and in words; the nearest change when it does not. */
export function FitBadgeView({ badge }: { readonly badge: FitBadge }): ReactNode {
  const { icon: Icon, text, fill } = verdictLooks[badge.verdict];
  const share = badge.deviceBytes === 0 ? 0 : badge.totalBytes / badge.deviceBytes;
  return (
    <div>
      <p className={classNames('flex items-start gap-1.5 text-xs font-medium', text)}>
        <Icon aria-hidden className="mt-px size-3.5 shrink-0" strokeWidth={2.5} />
        <span className="min-w-0">{badge.badge}</span>
      </p>
      <div
        aria-hidden
        className="mt-1 h-1 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
      >
        <div
          className={classNames('h-full rounded-full', fill)}
          style={{ width: `${Math.min(100, share * 100)}%` }}
        />
      </div>
      {badge.verdict !== 'fits' && badge.change !== null && (
        <p className="pt-1 text-2xs text-ink-soft">Nearest change: {badge.change}</p>
      )}
    </div>
  );
}
