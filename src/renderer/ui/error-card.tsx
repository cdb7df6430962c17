import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { toLabErrorValue } from './error-value';

/** What happened, why, and what to do. */
export function ErrorCard({
  error,
  actions,
}: {
  readonly error: unknown;
  readonly actions?: ReactNode;
}): ReactNode {
  const { what, why, fix, details } = toLabErrorValue(error);
  return (
    <div role="alert" className="rounded-lg border border-failed/40 bg-failed-soft p-4">
      <div className="flex gap-3">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-failed" />
        <div className="min-w-0 space-y-1">
          <p className="font-semibold text-ink">{what}</p>
          {why !== '' && <p className="text-ink-soft">{why}</p>}
          {fix !== '' && <p className="text-ink">{fix}</p>}
          {details.length > 0 && (
            <ul className="mt-2 max-h-40 list-none space-y-0.5 overflow-y-auto font-mono text-xs text-ink-soft">
              {details.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
          {actions !== undefined && <div className="flex flex-wrap gap-2 pt-2">{actions}</div>}
        </div>
      </div>
    </div>
  );
}
