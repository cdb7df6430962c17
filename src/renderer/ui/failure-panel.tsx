import type { FailureCard } from '@shared/job';
import { OctagonX } from 'lucide-react';
import { type ReactNode, useId } from 'react';

/** What failed, why, what to do, and the last words of the worker. */
export function FailurePanel({
  failure,
  actions,
}: {
  readonly failure: FailureCard;
  readonly actions?: ReactNode;
}): ReactNode {
  const id = useId();
  const end =
    failure.signal !== null
      ? `ended by ${failure.signal}`
      : failure.exitCode !== null
        ? `exit code ${failure.exitCode}`
        : null;
  return (
    <section
      aria-labelledby={id}
      className="grid gap-4 rounded-lg border border-failed/50 bg-failed-soft p-4 lg:grid-cols-2"
    >
      <div className="min-w-0">
        <div className="flex items-start gap-2">
          <OctagonX aria-hidden className="mt-0.5 size-5 shrink-0 text-failed" />
          <h2 id={id} className="text-lg font-semibold">
            {failure.title}
          </h2>
        </div>
        <div className="space-y-2 pt-2 pl-7">
          <p className="text-ink-soft">{failure.why}</p>
          <p className="font-medium">{failure.fix}</p>
          {failure.details.length > 0 && (
            <ul className="max-h-32 overflow-y-auto font-mono text-xs text-ink-soft">
              {failure.details.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
          <div className="flex items-center gap-3 pt-1">
            {actions}
            {end !== null && <span className="text-xs text-ink-faint">{end}</span>}
          </div>
        </div>
      </div>
      {failure.log.length > 0 && (
        <div className="min-w-0">
          <h3 className="label pb-1">last lines of the log</h3>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the keyboard
            tabIndex={0}
            className="max-h-40 overflow-auto rounded-md bg-panel p-2 font-mono text-xs leading-4"
          >
            {failure.log.join('\n')}
          </pre>
        </div>
      )}
    </section>
  );
}
