import { type ReactNode, useId } from 'react';
import { classNames } from './class-names';

/** A titled region of a page. */
export function Panel({
  title,
  actions,
  children,
  className,
  bodyClassName,
  level = 2,
  note,
}: {
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  readonly bodyClassName?: string;
  readonly level?: 2 | 3;
  readonly note?: ReactNode;
}): ReactNode {
  const id = useId();
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section aria-labelledby={id} className={classNames('card flex min-w-0 flex-col', className)}>
      <header className="flex min-h-10 items-center gap-3 border-b border-line py-1 pr-2 pl-4">
        <Heading id={id} className="min-w-0 truncate text-sm font-semibold">
          {title}
        </Heading>
        {note !== undefined && (
          <span className="min-w-0 shrink-[20] truncate text-xs text-ink-faint">{note}</span>
        )}
        <div className="ml-auto flex shrink-0 items-center gap-1">{actions}</div>
      </header>
      <div className={classNames('min-w-0 flex-1', bodyClassName ?? 'p-4')}>{children}</div>
    </section>
  );
}
