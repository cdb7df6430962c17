/** The card that a failed worker leaves: what failed, how it ended, its last lines, what to do. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorEvent } from '@shared/events';
import type { FailureCard } from '@shared/job';
import type { ExitReport } from '@shared/job-files';

const shownLines = 20;
const tailBytes = 64 * 1024;

export interface WorkerFailure {
  readonly folder: string;
  readonly title: string;
  /** The worker's own words, when it got to say any. */
  readonly error: Pick<ErrorEvent, 'message' | 'fix' | 'details'> | null;
  readonly report: ExitReport | null;
  /** The lab ended it after it had not answered a stop. */
  readonly killed: boolean;
  readonly canResume: boolean;
}

export async function failureCard(failure: WorkerFailure): Promise<FailureCard> {
  const { error, report } = failure;
  const log = await lastLines(join(failure.folder, 'worker.log'));
  return {
    title: failure.title,
    why: error?.message ?? whyOf(failure),
    fix: error?.fix ?? fixOf(failure),
    exitCode: report?.exitCode ?? null,
    signal: report?.signal ?? null,
    log,
    details: error?.details ?? [],
    canResume: failure.canResume,
  };
}

function whyOf(failure: WorkerFailure): string {
  const { report, killed } = failure;
  if (killed) return 'The worker did not answer the request to stop and was ended.';
  if (report === null) {
    return 'The worker vanished without a word: it was killed from outside, or the machine lost power.';
  }
  if (report.signal === 'SIGKILL') {
    return 'The system killed the worker (SIGKILL), most often because memory ran out.';
  }
  if (report.signal !== null) return `The worker was ended by ${report.signal}.`;
  if (report.exitCode === 0) return 'The worker ended without saying that it had finished.';
  return `The worker ended with exit code ${report.exitCode ?? 'unknown'} before it could say why.`;
}

function fixOf(failure: WorkerFailure): string {
  const again = failure.canResume ? 'Resume it from its last checkpoint' : 'Retry it';
  if (failure.report?.signal === 'SIGKILL' || failure.report === null) {
    return `${again}. If memory was short, close other programs or lower batch.micro first.`;
  }
  return `Read the last lines of the log below. ${again} when the cause is gone.`;
}

/** The last lines of a text file; none when it is missing. */
export async function lastLines(path: string, count = shownLines): Promise<string[]> {
  try {
    const file = await open(path, 'r');
    try {
      const size = (await file.stat()).size;
      const start = Math.max(0, size - tailBytes);
      const buffer = Buffer.alloc(size - start);
      await file.read(buffer, 0, buffer.length, start);
      const lines = buffer.toString('utf8').split('\n');
      return lines.filter((line) => line.trim() !== '').slice(-count);
    } finally {
      await file.close();
    }
  } catch {
    return [];
  }
}
