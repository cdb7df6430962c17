/** Exports as lists show them, from their folders and their jobs. */
import type { ExportManifest, ExportSpec, ExportSummary } from '@shared/export';
import type { LabContext } from '../context';
import { jobOfTarget } from '../queue/job-rows';
import { isActive, isQueued } from '../queue/job-state';
import { exportedIn, readExports, readManifest } from './export-files';

/** Exports of a run, the newest first. */
export async function listExports(context: LabContext, runId: string): Promise<ExportSummary[]> {
  const specs = (await readExports(context)).filter((spec) => spec.runId === runId);
  const asked = await Promise.all(specs.map((spec) => summaryOf(context, spec)));
  // Those whose job is no longer known, for example of a home that was moved.
  const paths = new Set(specs.map(({ outPath }) => outPath));
  const others = (await exportedIn(context, runId)).filter((path) => !paths.has(path));
  const found = await Promise.all(others.map(async (path) => done(path, await readManifest(path))));
  return [...asked, ...found]
    .filter((one) => one !== null)
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
}

/**
 * The newest merged model of a run that is complete: of one step, of its finished adapter (null), or
 * of any; null: there is none.
 */
export async function newestMerged(
  context: LabContext,
  runId: string,
  step?: number | null,
): Promise<{ readonly path: string; readonly manifest: ExportManifest } | null> {
  for (const found of await listExports(context, runId)) {
    if (found.bytes === null || (step !== undefined && found.step !== step)) continue;
    const { path } = found;
    const manifest = await readManifest(path);
    if (manifest !== null) return { path, manifest };
  }
  return null;
}

/** Null for one that was finished and whose folder somebody has taken away. */
async function summaryOf(context: LabContext, spec: ExportSpec): Promise<ExportSummary | null> {
  const job = jobOfTarget(context.store, spec.id);
  const manifest = await readManifest(spec.outPath);
  const jobId = job?.id ?? null;
  if (manifest?.id === spec.id) {
    const summary = done(spec.outPath, manifest);
    // The folder is there a moment before its job has ended.
    const state = job !== null && isActive(job) ? job.state : 'done';
    return summary === null ? null : { ...summary, jobId, state };
  }
  if (job === null || job.state === 'done') return null;
  const { id, runId, to, step, createdAt, outPath: path } = spec;
  const nothing = { bytes: null, hash: null, seconds: null };
  return { id, runId, to, path, step, createdAt, jobId, state: job.state, ...nothing };
}

function done(path: string, manifest: ExportManifest | null): ExportSummary | null {
  if (manifest === null) return null;
  const { id, runId, to, step, createdAt, bytes, hash, seconds } = manifest;
  const state = 'done' as const;
  return { id, runId, to, path, step, createdAt, jobId: null, state, bytes, hash, seconds };
}

interface OpenExport {
  readonly spec: ExportSpec;
  readonly jobId: string;
}

/** An export that is queued or running and is as asked; null when there is none. */
export async function openExport(
  context: LabContext,
  isMeant: (spec: ExportSpec) => boolean,
): Promise<OpenExport | null> {
  for (const spec of (await readExports(context)).filter(isMeant)) {
    const job = jobOfTarget(context.store, spec.id);
    if (job !== null && (isActive(job) || isQueued(job))) return { spec, jobId: job.id };
  }
  return null;
}
