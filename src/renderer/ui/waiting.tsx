import { type ReactNode, useEffect, useState } from 'react';
import { ProgressBar } from './progress';

/** Words at once; a bar when it takes longer than a second. */
export function Waiting({ words }: { readonly words: string }): ReactNode {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 1000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" className="flex min-h-24 flex-col items-center justify-center gap-3 p-6">
      <p className="text-ink-faint">{words}</p>
      <div className="w-40">{long && <ProgressBar value={null} label={words} thin />}</div>
    </div>
  );
}

/** What a place shows that has nothing to show yet, and how that changes. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <div className="flex min-h-24 flex-col items-center justify-center gap-1 p-6 text-center">
      <p className="font-medium text-ink-soft">{title}</p>
      {children !== undefined && <p className="max-w-md text-balance text-ink-faint">{children}</p>}
      {action !== undefined && <div className="pt-3">{action}</div>}
    </div>
  );
}
