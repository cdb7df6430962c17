/** Evaluations as rows of the index. */
import { LabError } from '@shared/errors';
import {
  type EvaluationSpec,
  type EvaluationSummary,
  evaluationSpecSchema,
  evaluationSummarySchema,
  type Subject,
  type SubjectQuantization,
} from '@shared/evaluation';
import { jobStateSchema } from '@shared/job';
import type { EvaluationListItem } from '@shared/rpc/evaluations';
import { z } from 'zod';
import { canonicalJson, sha256 } from '../models/canonical-json';
import type { Store } from '../store/store';

const rowSchema = z
  .object({
    id: z.string(),
    created_at: z.string(),
    finished_at: z.string().nullable(),
    subject_kind: z.string(),
    subject_label: z.string(),
    run_id: z.string().nullable(),
    benchmark: z.string(),
    key: z.string(),
    samples: z.number(),
    generated: z.number(),
    judged: z.number(),
    summary_json: z.string().nullable(),
    state: jobStateSchema.nullable(),
  })
  .transform(
    (row): EvaluationListItem => ({
      id: row.id,
      subject: row.subject_label,
      subjectKind: row.subject_kind,
      runId: row.run_id,
      benchmark: row.benchmark,
      key: row.key,
      status: row.state ?? (row.summary_json === null ? 'stopped' : 'done'),
      generated: row.generated,
      judged: row.judged,
      samples: row.samples,
      createdAt: row.created_at,
      finishedAt: row.finished_at,
      summary: row.summary_json === null ? null : parseSummary(row.summary_json),
    }),
  );

function parseSummary(text: string): EvaluationSummary {
  return evaluationSummarySchema.parse(JSON.parse(text));
}

const query = `
  SELECT e.id, e.created_at, e.finished_at, e.subject_kind, e.subject_label, e.run_id, e.benchmark,
    e.key, e.samples, e.generated, e.judged, e.summary_json,
    (SELECT state FROM jobs WHERE target_id = e.id ORDER BY created_at DESC, id DESC LIMIT 1) AS state
  FROM evaluations e WHERE e.deleted = 0`;

/** What a tuned model is paired with: the same weights in the same quantization. */
export function baseHashOf(subject: Subject): string | null {
  switch (subject.kind) {
    case 'base-model':
      return sha256(canonicalJson([subject.hash, weightsOf(subject.quantization)]));
    case 'run':
      return sha256(canonicalJson([subject.baseHash, weightsOf(subject.quantization)]));
    case 'merged':
      return sha256(canonicalJson([subject.baseHash, weightsOf(subject.baseQuantization)]));
    default:
      return null;
  }
}

/** Without quantization its other settings mean nothing. */
const weightsOf = (quantization: SubjectQuantization) =>
  quantization.kind === 'none' ? { kind: 'none' } : quantization;

/** A checkpoint is an adapter too, but not what its run is judged by. */
function kindOf({ agent, subject }: EvaluationSpec): string {
  if (agent) return 'agent';
  return subject.kind === 'run' && subject.checkpointStep !== null ? 'checkpoint' : subject.kind;
}

export function insertEvaluation(store: Store, spec: EvaluationSpec, samples: number): void {
  store.run(
    `INSERT INTO evaluations (id, created_at, subject_kind, subject_label, run_id, benchmark, key,
       base_hash, samples, spec_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    spec.id,
    spec.createdAt,
    kindOf(spec),
    spec.subjectLabel,
    'runId' in spec.subject ? spec.subject.runId : null,
    spec.comparability.benchmark,
    spec.key,
    spec.agent ? null : baseHashOf(spec.subject),
    samples,
    JSON.stringify(spec),
  );
}

/** Newest first. */
export function evaluationItems(store: Store): EvaluationListItem[] {
  return store.all(rowSchema, `${query} ORDER BY e.created_at DESC, e.id DESC`);
}

/** @throws LabError when there is no such evaluation */
export function evaluationItem(store: Store, id: string): EvaluationListItem {
  const item = store.first(rowSchema, `${query} AND e.id = ?`, id);
  if (item !== null) return item;
  throw new LabError({
    code: 'not_found',
    what: `There is no evaluation ${id}.`,
    why: 'This lab home has none with that id, or it was deleted.',
    fix: 'Look on the page of the run, or on the leaderboard.',
  });
}

/** @throws LabError when there is no such evaluation */
export function evaluationSpecOf(store: Store, id: string): EvaluationSpec {
  evaluationItem(store, id);
  const text = String(store.value('SELECT spec_json FROM evaluations WHERE id = ?', id));
  return evaluationSpecSchema.parse(JSON.parse(text));
}

/**
 * The base model's evaluation under the same conditions that is done or on its way; null when there
 * is none that can be used again.
 */
export function reusableBase(store: Store, key: string, baseHash: string | null): string | null {
  const id = store.value(
    `SELECT e.id FROM evaluations e
     WHERE e.deleted = 0 AND e.subject_kind = 'base-model' AND e.key = ? AND e.base_hash = ?
       AND (e.summary_json IS NOT NULL OR EXISTS (
         SELECT 1 FROM jobs j WHERE j.target_id = e.id
           AND j.state IN ('queued', 'running', 'judging', 'done')))
     ORDER BY e.summary_json IS NULL, e.created_at DESC LIMIT 1`,
    key,
    baseHash,
  );
  return typeof id === 'string' ? id : null;
}

/**
 * The evaluation that this one is naturally compared with, under the same conditions: base against
 * tuned, a merged model against the adapter that was folded in.
 */
export function rivalOf(store: Store, spec: EvaluationSpec): string | null {
  if (spec.agent) return plainOf(store, spec);
  switch (spec.subject.kind) {
    case 'base-model':
      return newestOf(store, spec, ['run', 'checkpoint', 'merged']);
    case 'run':
      return newestOf(store, spec, ['base-model']);
    case 'merged':
      return adapterOf(store, spec, spec.subject) ?? newestOf(store, spec, ['base-model']);
    default:
      return null;
  }
}

/** The newest evaluation of the first of these kinds that there is, on the same base. */
function newestOf(store: Store, spec: EvaluationSpec, kinds: readonly string[]): string | null {
  for (const kind of kinds) {
    const id = store.value(
      `SELECT id FROM evaluations WHERE deleted = 0 AND subject_kind = ? AND key = ?
         AND base_hash = ? ORDER BY created_at DESC, id DESC LIMIT 1`,
      kind,
      spec.key,
      baseHashOf(spec.subject),
    );
    if (typeof id === 'string') return id;
  }
  return null;
}

function adapterOf(
  store: Store,
  { key }: EvaluationSpec,
  { runId, checkpointStep }: Extract<Subject, { kind: 'merged' }>,
): string | null {
  const id = store.value(
    `SELECT id FROM evaluations WHERE deleted = 0 AND subject_kind IN ('run', 'checkpoint')
       AND run_id = ? AND key = ? AND json_extract(spec_json, '$.subject.checkpointStep') IS ?
     ORDER BY created_at DESC, id DESC LIMIT 1`,
    runId,
    key,
    checkpointStep,
  );
  return typeof id === 'string' ? id : null;
}

/** The newest evaluation in which the same subject answers once, under the same conditions. */
function plainOf(store: Store, spec: EvaluationSpec): string | null {
  const others = store.all(
    z.object({ id: z.string(), spec_json: z.string() }),
    `SELECT id, spec_json FROM evaluations WHERE deleted = 0 AND subject_kind = ? AND key = ?
     ORDER BY created_at DESC, id DESC`,
    kindOf({ ...spec, agent: null }),
    spec.key,
  );
  const same = others.find(({ spec_json }) => {
    const other = evaluationSpecSchema.parse(JSON.parse(spec_json));
    return identityOf(other.subject) === identityOf(spec.subject);
  });
  return same?.id ?? null;
}

/** Every evaluation of a checkpoint keeps an adapter of its own; run and step tell which it is. */
function identityOf(subject: Subject): string {
  return canonicalJson(subject.kind === 'run' ? { ...subject, adapterPath: null } : subject);
}

export function saveCounts(store: Store, id: string, generated: number, judged: number): void {
  store.run('UPDATE evaluations SET generated = ?, judged = ? WHERE id = ?', generated, judged, id);
}

export function saveSummary(store: Store, id: string, summary: EvaluationSummary): void {
  store.run(
    'UPDATE evaluations SET summary_json = ?, finished_at = coalesce(finished_at, ?) WHERE id = ?',
    JSON.stringify(summary),
    new Date().toISOString(),
    id,
  );
}
