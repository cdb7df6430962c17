/** Runs as lists show them: flat columns only, so that ten thousand of them are there at once. */
import { jobStateSchema } from '@shared/job';
import type { RunSummary } from '@shared/run';
import { z } from 'zod';
import type { Store } from '../store/store';
import { evaluationsByRun, evaluationsOfRun } from './run-evaluations';

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  preset: z.string(),
  model: z.string(),
  corpus: z.string(),
  quantization: z.string(),
  rank: z.number(),
  outcome: z.string().nullable(),
  state: jobStateSchema.nullable(),
  steps: z.number(),
  total_steps: z.number().nullable(),
  loss: z.number().nullable(),
  token_accuracy: z.number().nullable(),
  validation_loss: z.number().nullable(),
  validation_token_accuracy: z.number().nullable(),
  seconds: z.number(),
  peak_memory_bytes: z.number().nullable(),
  nonfinite: z.number(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
});

const query = `
  SELECT r.id, r.name, r.preset, r.model, r.corpus, r.quantization, r.rank, r.outcome, r.steps,
    r.total_steps, r.loss, r.token_accuracy, r.validation_loss, r.validation_token_accuracy,
    r.seconds, r.peak_memory_bytes, r.nonfinite, r.created_at, r.started_at, r.finished_at,
    (SELECT state FROM jobs WHERE target_id = r.id ORDER BY created_at DESC, id DESC LIMIT 1) AS state
  FROM runs r WHERE r.deleted = 0`;

function summaryOf(
  row: z.output<typeof rowSchema>,
  evaluations: RunSummary['evaluations'],
): RunSummary {
  return {
    id: row.id,
    name: row.name,
    preset: row.preset,
    // After a reindex there is no job: the files say whether it was finished.
    status: row.state ?? (row.outcome === 'completed' ? 'done' : 'stopped'),
    model: row.model,
    corpus: row.corpus,
    quantization: row.quantization,
    rank: row.rank,
    steps: row.steps,
    totalSteps: row.total_steps,
    loss: row.loss,
    tokenAccuracy: row.token_accuracy,
    validationLoss: row.validation_loss,
    validationTokenAccuracy: row.validation_token_accuracy,
    seconds: row.seconds,
    peakMemoryBytes: row.peak_memory_bytes,
    nonfinite: row.nonfinite === 1,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    evaluations,
  };
}

/** All runs, newest first. */
export function runSummaries(store: Store): RunSummary[] {
  const evaluations = evaluationsByRun(store);
  return store
    .all(rowSchema, `${query} ORDER BY r.created_at DESC, r.id DESC`)
    .map((row) => summaryOf(row, evaluations.get(row.id) ?? []));
}

/** One run; null when there is none of that id. */
export function runSummary(store: Store, id: string): RunSummary | null {
  const row = store.first(rowSchema, `${query} AND r.id = ?`, id);
  return row === null ? null : summaryOf(row, evaluationsOfRun(store, id));
}
