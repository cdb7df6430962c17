/** Short messages about what the user just did, and what went wrong with it. */
import { X } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { create } from 'zustand';
import { IconButton } from './button';
import { ErrorCard } from './error-card';

interface Notice {
  readonly id: number;
  readonly text: string | null;
  readonly error: unknown;
}

interface NoticeStore {
  readonly notices: readonly Notice[];
  readonly say: (text: string) => void;
  readonly fail: (error: unknown) => void;
  readonly dismiss: (id: number) => void;
}

let lastId = 0;

export const useNotices = create<NoticeStore>((set) => {
  const add = (notice: Omit<Notice, 'id'>): void => {
    lastId += 1;
    const id = lastId;
    set((old) => ({ notices: [...old.notices.slice(-2), { ...notice, id }] }));
  };
  return {
    notices: [],
    say: (text) => add({ text, error: null }),
    fail: (error) => add({ text: null, error }),
    dismiss: (id) => set((old) => ({ notices: old.notices.filter((entry) => entry.id !== id) })),
  };
});

function NoticeCard({ notice }: { readonly notice: Notice }): ReactNode {
  const dismiss = useNotices((state) => state.dismiss);
  useEffect(() => {
    if (notice.text === null) return;
    const timer = setTimeout(() => dismiss(notice.id), 4000);
    return () => clearTimeout(timer);
  }, [notice, dismiss]);
  return (
    <div className="relative rounded-lg bg-raised shadow-float">
      {notice.text === null ? (
        <ErrorCard error={notice.error} />
      ) : (
        <p role="status" className="rounded-lg border border-line py-3 pr-10 pl-4">
          {notice.text}
        </p>
      )}
      <IconButton
        name="Dismiss"
        size="small"
        className="absolute top-2 right-2"
        onClick={() => dismiss(notice.id)}
      >
        <X aria-hidden className="size-3.5" />
      </IconButton>
    </div>
  );
}

export function Notices(): ReactNode {
  const notices = useNotices((state) => state.notices);
  return (
    <div className="pointer-events-none fixed right-4 bottom-4 z-50 flex w-[22rem] flex-col gap-2 *:pointer-events-auto">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}
