import type { ExportSummary } from '@shared/export';
import type { RunDetail } from '@shared/run';
import { useQuery } from '@tanstack/react-query';
import { useLab } from '../../app/lab-context';
import type { Weights } from './subject-draft';

export interface RunWeights {
  /** undefined while the run is being read. */
  readonly all: readonly Weights[] | undefined;
  /** Taken when nothing is chosen; null when there is nothing to take. */
  readonly usual: Weights | null;
  readonly name: string | null;
  readonly error: unknown;
}

/** What of a run can be asked: its adapter, its complete checkpoints, its merged models. */
export function weightsOf(run: RunDetail, exports: readonly ExportSummary[]): readonly Weights[] {
  const steps = run.checkpoints.filter(({ complete }) => complete).map(({ step }) => step);
  const merged = exports.filter(({ to, state }) => to === 'merged' && state === 'done');
  return [
    ...(run.summary.status === 'done' ? [{ kind: 'adapter' as const }] : []),
    ...[...new Set(merged.map(({ step }) => step))].map((step) => ({
      kind: 'merged' as const,
      step,
    })),
    ...steps.sort((a, b) => b - a).map((step) => ({ kind: 'checkpoint' as const, step })),
  ];
}

export function useRunWeights(id: string | null): RunWeights {
  const { query } = useLab();
  const input = { id: id ?? '' };
  const detail = useQuery(
    query.runs.get.queryOptions({ input, enabled: id !== null, retry: false }),
  );
  const exports = useQuery(
    query.exports.list.queryOptions({
      input: { runId: id ?? '' },
      enabled: id !== null,
      retry: false,
    }),
  );
  const all = detail.data === undefined ? undefined : weightsOf(detail.data, exports.data ?? []);
  return {
    all,
    usual: all?.[0] ?? null,
    name: detail.data?.summary.name ?? null,
    error: detail.error,
  };
}
