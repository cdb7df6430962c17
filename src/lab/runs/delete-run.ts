/** Deleting a run moves its folder to the lab home's trash; nothing is removed from the disk. */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabContext } from '../context';
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
