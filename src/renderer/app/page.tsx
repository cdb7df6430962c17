import type { ReactNode } from 'react';

/** A page's heading, what can be done with it, and its content. */
export function Page({
  title,
  subtitle,
  actions,
  children,
}: {
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="mx-auto flex min-h-full w-full max-w-[120rem] flex-col gap-4 px-4 py-4 xl:px-6 xl:py-5">
      <header className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h1 className="truncate text-xl font-semibold tracking-tight">{title}</h1>
          {subtitle !== undefined && <div className="text-ink-faint">{subtitle}</div>}
        </div>
        <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>
      </header>
      {children}
    </div>
  );
}
