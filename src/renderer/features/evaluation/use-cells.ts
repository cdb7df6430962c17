import type { JobState } from '@shared/job';
import { useQuery } from '@tanstack/react-query';
import { useLab } from '../../app/lab-context';
import { isOpen } from '../../ui/job-state';
import type { Cell } from './cells';

/** Verdicts a task of an evaluation, read every second while it is not finished. */
export function useCells(id: string | null, status: JobState | null): readonly Cell[] | null {
  const { query } = useLab();
  const cells = useQuery(
    query.evaluations.cells.queryOptions({
      input: { id: id ?? '' },
      enabled: id !== null,
      refetchInterval: status !== null && isOpen(status) ? 1000 : false,
    }),
  );
  return id === null ? null : (cells.data ?? null);
}
