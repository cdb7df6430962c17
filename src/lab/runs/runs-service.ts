/** Runs as the shells use them. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricWindow } from '@shared/metrics';
import type { trainRequestSchema } from '@shared/run';
import type { TelemetryWindow } from '@shared/telemetry';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import type { LabContext } from '../context';
import { devices } from '../devices/devices';
import { reviveDependants } from '../queue/dependants';
import { enqueueJob } from '../queue/enqueue';
import { applyAction, jobOfTarget } from '../queue/job-rows';
import { notAllowed } from '../queue/job-state';
import { deleteRun } from './delete-run';
import { followRun } from './follow';
import { Histories } from './history/histories';
import { saveHistory } from './history/history-file';
import { metricWindow } from './history/metric-window';
import { runDetail } from './run-detail';
import { RunList } from './run-list';
import { readLog } from './run-log';
import { runRow, runSpecOf } from './run-rows';
import { Telemetries, telemetryWindow } from './telemetry-window';
import { train } from './train';

const ok = { ok: true } as const;
type ById = { readonly id: string };

export function createRunsService(context: LabContext) {
  const { store, home, changes } = context;
  const histories = new Histories(home);
  const list = new RunList(store);
  const telemetries = new Telemetries(home);

  return {
    async list() {
      return [...list.all()];
    },

    async get(input: ById) {
      return runDetail(context, histories, input.id);
    },

    async telemetry(input: ById & { readonly maxPoints: number }): Promise<TelemetryWindow> {
      const { device } = runSpecOf(store, input.id);
      const [columns, history, machine] = await Promise.all([
        telemetries.upToDate(input.id),
        histories.upToDate(input.id),
        devices().catch(() => []),
      ]);
      return telemetryWindow(columns, history.steps, {
        runId: input.id,
        device: device.id,
        memoryTotalBytes: machine.find(({ id }) => id === device.id)?.memoryBytes ?? null,
        maxPoints: input.maxPoints,
      });
    },

    async train(input: z.output<typeof trainRequestSchema>) {
      return train(context, input);
    },

    async rename(input: ById & { readonly name: string }) {
      const spec = { ...runSpecOf(store, input.id), name: input.name };
      const path = join(home.runFolder(input.id), 'spec.json');
      // The name is the one field that may change later: a reindex must find it in the folder.
      const text = JSON.parse(await readFile(path, 'utf8')) as object;
      await writeFileAtomic(path, `${JSON.stringify({ ...text, name: input.name }, null, 2)}\n`);
      store.run(
        'UPDATE runs SET name = ?, spec_json = ? WHERE id = ?',
        input.name,
        JSON.stringify(spec),
        input.id,
      );
      store.run(
        "UPDATE jobs SET title = ? WHERE target_id = ? AND kind = 'train'",
        `Train ${input.name}`,
        input.id,
      );
      changes.publish('runs', input.id);
      changes.publish('queue');
      return ok;
    },

    async stop(input: ById) {
      const row = runRow(store, input.id);
      const job = jobOfTarget(store, input.id);
      const title = job?.title ?? row.name;
      if (job === null || !applyAction(store, job.id, 'request-stop')) {
        throw notAllowed({ title, state: job?.state ?? 'stopped' }, 'stopped');
      }
      changes.publish('queue', job.id);
      changes.publish('runs', input.id);
      return ok;
    },

    async resume(input: ById) {
      const row = runRow(store, input.id);
      const spec = runSpecOf(store, input.id);
      const job = jobOfTarget(store, input.id);
      store.transaction(() => {
        if (job === null && row.progress.outcome !== 'completed') {
          // After a reindex the run has no job any more.
          const { device } = spec;
          enqueueJob(context, {
            kind: 'train',
            title: `Train ${row.name}`,
            targetId: row.id,
            device: device.id,
            after: [],
          });
        } else if (job === null || !applyAction(store, job.id, 'requeue')) {
          const state = job?.state ?? 'done';
          throw notAllowed({ title: `Train ${row.name}`, state }, 'resumed');
        } else {
          reviveDependants(store, job);
        }
        changes.publish('queue', job?.id ?? null);
        changes.publish('runs', input.id);
      });
      return ok;
    },

    async delete(input: ById) {
      await deleteRun(context, input.id);
      histories.forget(input.id);
      telemetries.forget(input.id);
      return ok;
    },

    async metrics(
      input: ById & {
        readonly fromStep?: number | undefined;
        readonly toStep?: number | undefined;
        readonly maxPoints: number;
      },
    ): Promise<MetricWindow> {
      const row = runRow(store, input.id);
      const history = await histories.upToDate(input.id);
      const folder = home.runFolder(input.id);
      if (row.progress.outcome !== null && history.steps.length > 5_000) {
        await histories.keep(input.id, (kept) => saveHistory(folder, kept));
      }
      return metricWindow(history, { ...input, runId: input.id });
    },

    follow(input: ById, signal: AbortSignal) {
      runRow(store, input.id);
      return followRun(context, histories, input.id, signal);
    },

    async log(input: ById & { readonly fromByte: number }) {
      runRow(store, input.id);
      return readLog(home.runFolder(input.id), input.fromByte);
    },
  };
}
