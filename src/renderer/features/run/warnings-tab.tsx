import type { RunDetail } from '@shared/run';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Empty } from '../../ui/waiting';

/** Everything the worker had to say, with its details: bad rows one a line. */
export function WarningsTab({ warnings }: { readonly warnings: RunDetail['warnings'] }): ReactNode {
  if (warnings.length === 0) return <Empty title="No warnings." />;
  return (
    <ul className="divide-y divide-line">
      {warnings.map((warning, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: warnings are appended and have no id
        <li key={index} className="p-4">
          <div className="flex gap-2">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
            <div className="min-w-0 flex-1">
              <p className="font-medium">{warning.message}</p>
              <p className="font-mono text-2xs text-ink-faint">{warning.code}</p>
              {warning.details.length > 0 && (
                <ul className="mt-2 max-h-64 overflow-y-auto rounded-md bg-sunken p-2 font-mono text-xs">
                  {warning.details.map((line) => (
                    <li key={line} className="break-words">
                      {line}
                    </li>
                  ))}
                </ul>
              )}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}
