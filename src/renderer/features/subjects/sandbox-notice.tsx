import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';

export interface SandboxState {
  /** null: it works, or is still being tried out. */
  readonly problem: { readonly found: string; readonly fix: string | null } | null;
}

export function useSandbox(): SandboxState {
  const { query } = useLab();
  const doctor = useQuery(query.machine.doctor.queryOptions());
  const check = doctor.data?.find(({ name }) => name.toLowerCase() === 'sandbox');
  return { problem: check === undefined || check.status === 'ok' ? null : check };
}

/** Where no sandbox works, judging is refused unless somebody says that it may be done without. */
export function SandboxNotice({
  state,
  allowed,
  onAllow,
}: {
  readonly state: SandboxState;
  readonly allowed: boolean;
  readonly onAllow: (allowed: boolean) => void;
}): ReactNode {
  const { problem } = state;
  if (problem === null) return null;
  return (
    <div className="space-y-2 rounded-md bg-warning-soft p-3 text-xs text-warning">
      <p>
        No sandbox works here: {problem.found} {problem.fix}
      </p>
      <label className="flex items-center gap-2 text-ink">
        <input
          type="checkbox"
          checked={allowed}
          onChange={(event) => onAllow(event.target.checked)}
          className="size-4 accent-(--accent-fill)"
        />
        Judge without one: generated programs may then do whatever I may do.
      </label>
    </div>
  );
}
