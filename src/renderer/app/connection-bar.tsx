import { Unplug } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useLab } from './lab-context';

/** Calmly says that the lab cannot be reached; jobs do not depend on the window. */
export function ConnectionBar(): ReactNode {
  const { connection } = useLab();
  const { status, openings, failures } = useStore(connection.state);
  const [shown, setShown] = useState(false);
  const lost = status !== 'open';
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return;
    }
    // A blink is not worth a word.
    const timer = setTimeout(() => setShown(true), 700);
    return () => clearTimeout(timer);
  }, [lost]);
  if (!shown) return null;
  const never = openings === 0;
  return (
    <div
      role="status"
      className="flex min-h-9 shrink-0 items-center gap-3 border-b border-line bg-warning-soft px-4 py-1.5 text-warning"
    >
      <Unplug aria-hidden className="size-4 shrink-0" />
      <p>
        <strong className="font-semibold">
          {never ? 'Connecting to the lab.' : 'Connection lost, trying again.'}
        </strong>{' '}
        <span className="text-ink-soft">
          {never && failures > 2 && connection.shell === 'browser'
            ? 'Open the address that “lab serve” printed: it holds the key to this page.'
            : 'Running jobs go on without this window.'}
        </span>
      </p>
    </div>
  );
}
