import type { ReactNode } from 'react';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
  /** What the preset said, when this differs from it. */
  readonly before?: string | undefined;
}

/** Names and values, aligned; a changed value carries a mark. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-sm">
      {facts.map((fact) => (
        <div key={fact.name} className="contents">
          <dt className="text-ink-faint">{fact.name}</dt>
          <dd className="min-w-0 break-words">
            {fact.value}
            {fact.before !== undefined && (
              <span className="ml-2 inline-block whitespace-nowrap rounded-sm bg-accent-soft px-1 text-2xs text-accent">
                {fact.before}
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
