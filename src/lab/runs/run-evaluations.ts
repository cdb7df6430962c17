/** Which evaluations belong to a run: its own, and the base model's that it is compared with. */
import { jobStateSchema } from '@shared/job';
import type { RunSummary } from '@shared/run';
import { z } from 'zod';
import type { Store } from '../store/store';

type EvaluationOfRun = RunSummary['evaluations'][number];

const rowSchema = z.object({
  id: z.string(),
  benchmark: z.string(),
  subject_kind: z.string(),
  subject_label: z.string(),
  run_id: z.string().nullable(),
  key: z.string(),
  base_hash: z.string().nullable(),
  state: jobStateSchema.nullable(),
  pass: z.number().nullable(),
});
type Row = z.output<typeof rowSchema>;

const query = `
  SELECT e.id, e.benchmark, e.subject_kind, e.subject_label, e.run_id, e.key, e.base_hash,
    (SELECT state FROM jobs WHERE target_id = e.id ORDER BY created_at DESC, id DESC LIMIT 1) AS state,
    json_extract(e.summary_json, '$.passAt1.value') AS pass
  FROM evaluations e
  WHERE e.deleted = 0 AND e.subject_kind IN ('base-model', 'run', 'checkpoint', 'merged')`;
const newestFirst = 'ORDER BY e.created_at DESC, e.id DESC';

/** A base evaluation counts for a run when key and base are those of the run's own evaluation. */
export function evaluationsByRun(store: Store): Map<string, EvaluationOfRun[]> {
  return grouped(store.all(rowSchema, `${query} ${newestFirst}`));
}

/** Those of one run, without reading those of all others. */
export function evaluationsOfRun(store: Store, runId: string): EvaluationOfRun[] {
  const paired =
    'AND (e.run_id = ? OR (e.run_id IS NULL AND e.key IN (SELECT key FROM evaluations WHERE run_id = ?)))';
  const rows = store.all(rowSchema, `${query} ${paired} ${newestFirst}`, runId, runId);
  return grouped(rows).get(runId) ?? [];
}

function grouped(rows: readonly Row[]): Map<string, EvaluationOfRun[]> {
  const bases = new Map<string, Row>();
  for (const row of rows) {
    if (row.subject_kind === 'base-model' && !bases.has(pairing(row))) bases.set(pairing(row), row);
  }
  const byRun = new Map<string, EvaluationOfRun[]>();
  for (const row of rows) {
    if (row.run_id === null) continue;
    const known = byRun.get(row.run_id) ?? [];
    byRun.set(row.run_id, known);
    known.push(shown(row, roles[row.subject_kind] ?? 'tuned'));
    const base = bases.get(pairing(row));
    if (base !== undefined && !known.some((evaluation) => evaluation.id === base.id)) {
      known.push(shown(base, 'base'));
    }
  }
  return byRun;
}

const roles: Readonly<Record<string, EvaluationOfRun['role']>> = {
  checkpoint: 'checkpoint',
  merged: 'merged',
};

const pairing = (row: Row): string => `${row.key} ${row.base_hash ?? ''}`;

function shown(row: Row, role: EvaluationOfRun['role']): EvaluationOfRun {
  return {
    id: row.id,
    benchmark: row.benchmark,
    subject: row.subject_label,
    role,
    status: row.state ?? (row.pass === null ? 'stopped' : 'done'),
    passAt1: row.pass,
  };
}
