/** Deleting a run moves its folder to the lab home's trash; nothing is removed from the disk. */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { LabContext } from '../context';
import { openExport } from '../exports/list-exports';
import { cancelDependants } from '../queue/dependants';
import { applyAction, jobById, jobOfTarget } from '../queue/job-rows';
import { isActive, isQueued, notAllowed } from '../queue/job-state';
import { runRow } from './run-rows';

/** @throws LabError when there is no such run or when it is running. */
export async function deleteRun(context: LabContext, id: string): Promise<void> {
  const { store, home, changes } = context;
  runRow(store, id);
  const job = jobOfTarget(store, id);
  if (job !== null && isActive(job)) throw notAllowed(job, 'deleted');
  const exporting = await openExport(context, ({ runId }) => runId === id);
  if (exporting !== null) throw stillExported(exporting.spec.runName, exporting.jobId);
  store.transaction(() => {
    if (job !== null && isQueued(job)) {
      applyAction(store, job.id, 'cancel');
      const cancelled = jobById(store, job.id);
      if (cancelled !== null) cancelDependants(store, cancelled);
    }
    store.run('UPDATE runs SET deleted = 1 WHERE id = ?', id);
  });
  await mkdir(home.trash, { recursive: true });
  await rename(home.runFolder(id), join(home.trash, `run-${id}`)).catch((error: unknown) => {
    store.run('UPDATE runs SET deleted = 0 WHERE id = ?', id);
    throw error;
  });
  changes.publish('runs', id);
  changes.publish('queue');
}

function stillExported(name: string, jobId: string): LabError {
  return new LabError({
    code: 'conflict',
    what: `The run "${name}" cannot be deleted now.`,
    why: 'Its adapter is being exported.',
    fix: `Wait for the export, or cancel it: lab queue cancel ${jobId}`,
  });
}
