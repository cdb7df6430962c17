/** The last check's outcome, kept in the environment so that a list can show it without a check. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DoctorCheck } from '@shared/machine';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

const recordSchema = z.object({ lock: z.string(), problem: z.string().nullable() });
/** The check of python/lorabench/check_environment.py that imports everything. */
export const packagesCheck = 'packages';
const fileName = 'lorabench-check.json';

/** What the last check of this lock found wrong with the environment itself; null: nothing. */
export async function readCheckRecord(folder: string, lock: string): Promise<string | null> {
  try {
    const record = recordSchema.parse(JSON.parse(await readFile(join(folder, fileName), 'utf8')));
    return record.lock === lock ? record.problem : null;
  } catch {
    return null;
  }
}

/** A folder that cannot be written to (installed for everybody) keeps no record. */
export async function writeCheckRecord(
  folder: string,
  lock: string,
  checks: readonly DoctorCheck[],
): Promise<void> {
  // A card that does not compute is no fault of the environment, and mending that would not help.
  const wrong = checks.find(({ name, status }) => name === packagesCheck && status === 'problem');
  const problem = wrong === undefined ? null : `${wrong.name}: ${wrong.found}`;
  await writeFileAtomic(join(folder, fileName), `${JSON.stringify({ lock, problem })}\n`).catch(
    () => undefined,
  );
}
