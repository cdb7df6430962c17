/** Runs as rows of the index. */
import { LabError } from '@shared/errors';
import { type RunSpec, runSpecSchema } from '@shared/run-spec';
import { z } from 'zod';
import type { Store } from '../store/store';
import {
  emptyProgress,
  type RunProgress,
  recentLoss,
  recentTokenAccuracy,
  runProgressSchema,
  secondsOf,
} from './run-progress';

const parseJson = (text: string): unknown => JSON.parse(text);

const rowSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    preset: z.string(),
    progress_json: z.string().transform(parseJson).pipe(runProgressSchema),
  })
  .transform(({ progress_json, ...row }) => ({ ...row, progress: progress_json }));
export type RunRow = Readonly<z.output<typeof rowSchema>>;

const columns = 'id, name, preset, progress_json';

export function insertRun(store: Store, spec: RunSpec, progress = emptyProgress()): void {
  store.run(
    `INSERT INTO runs (id, name, preset, model, corpus, quantization, rank, spec_json, progress_json, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    spec.id,
    spec.name,
    spec.preset,
    spec.model.source,
    spec.corpus.source,
    spec.quantization.kind,
    spec.adapter.rank,
    JSON.stringify(spec),
    JSON.stringify(progress),
    spec.createdAt,
  );
}

/** @throws LabError when there is no such run. */
export function runRow(store: Store, id: string): RunRow {
  const row = store.first(
    rowSchema,
    `SELECT ${columns} FROM runs WHERE id = ? AND deleted = 0`,
    id,
  );
  if (row !== null) return row;
  throw new LabError({
    code: 'not_found',
    what: `There is no run ${id}.`,
    why: 'This lab home has no run with that id, or it was deleted.',
    fix: 'List the runs with: npm run lab -- runs list',
  });
}

/** @throws LabError when there is no such run. */
export function runSpecOf(store: Store, id: string): RunSpec {
  runRow(store, id);
  return runSpecSchema.parse(
    parseJson(String(store.value('SELECT spec_json FROM runs WHERE id = ?', id))),
  );
}

export function saveProgress(store: Store, id: string, progress: RunProgress): void {
  const iso = (time: number | null): string | null =>
    time === null ? null : new Date(time).toISOString();
  store.run(
    `UPDATE runs SET progress_json = ?, outcome = ?, steps = ?, total_steps = ?, loss = ?,
       token_accuracy = ?, validation_loss = ?, validation_token_accuracy = ?, seconds = ?,
       peak_memory_bytes = ?, nonfinite = ?, started_at = coalesce(started_at, ?), finished_at = ?
     WHERE id = ?`,
    JSON.stringify(progress),
    progress.outcome,
    progress.steps,
    progress.totalSteps,
    recentLoss(progress),
    recentTokenAccuracy(progress),
    progress.validationLoss,
    progress.validationTokenAccuracy,
    secondsOf(progress),
    progress.peakMemoryBytes,
    progress.nonfinite ? 1 : 0,
    iso(progress.attemptBegan),
    progress.outcome === null && progress.error === null ? null : iso(progress.lastTime),
    id,
  );
}
