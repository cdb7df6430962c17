/** The lab: everything that Lorabench does, without a window. Shells are thin layers over this. */
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { createBenchmarksService } from './benchmarks/benchmarks-service';
import {
  type BenchmarkCheck,
  type CheckOptions,
  checkBenchmark,
} from './benchmarks/check-benchmark';
import type { LabContext, LabPlaces } from './context';
import { createCorporaService } from './corpora/corpora-service';
import { createMachineService } from './devices/machine-service';
import { createEndpointsService } from './endpoints/endpoints-service';
import { createEnvironmentsService } from './environments/environments-service';
import { createInstallRunner } from './environments/install-job';
import { createEvaluateRunner } from './evaluations/evaluate-job';
import { createEvaluationsService } from './evaluations/evaluations-service';
import { reindexEvaluations } from './evaluations/reindex';
import { createExportRunner } from './exports/export-job';
import { createExportsService } from './exports/exports-service';
import { createFitService } from './fit/fit-service';
import { createDownloadRunner } from './models/download-job';
import { createModelsService } from './models/models-service';
import { createPresetsService } from './presets/presets-service';
import { createQueueService } from './queue/queue-service';
import { Scheduler } from './queue/scheduler';
import { createRehearsalsService } from './rehearsals/rehearsals-service';
import { createRehearseRunner } from './rehearsals/rehearse-job';
import type { LabServices } from './rpc/services';
import { reindexRuns } from './runs/reindex';
import { createRunsService } from './runs/runs-service';
import { createTrainRunner } from './runs/train-job';
import { createSmokeRunner } from './smoke/smoke-job';
import { createSmokeService } from './smoke/smoke-service';
import { ChangeBus } from './store/changes';
import { openHome } from './store/home';
import { Store } from './store/store';

export interface LabOptions {
  /** Folder of the lab home; absent: LORABENCH_HOME, else the system's application data. */
  readonly home?: string;
  readonly places: LabPlaces;
  readonly shell: 'desktop' | 'browser';
  /** Take part in running the queue, when no other process does. */
  readonly schedule: boolean;
}

export interface Lab extends LabServices {
  /** Absolute path of the lab home. */
  readonly home: string;
  readonly log: Logger;
  /** Rebuilds the index from the folders. */
  reindex(): Promise<{ runs: number; evaluations: number; problems: string[] }>;
  /** Judges a benchmark's own solutions, here and now. */
  checkBenchmark(name: string, options?: CheckOptions): Promise<BenchmarkCheck>;
  /** Lets go of running workers, which go on, and closes the store. */
  close(): Promise<void>;
}

/** @throws LabError when the home cannot be used or was written by a newer version. */
export async function createLab(options: LabOptions): Promise<Lab> {
  const home = openHome(options.home);
  const log = pino(
    // Without a serializer an Error under this name is written as {}.
    { base: { pid: process.pid }, serializers: { error: pino.stdSerializers.err } },
    pino.destination({ dest: join(home.logs, 'lab.log'), sync: true, append: true }),
  );
  const store = new Store(home.database);
  const changes = new ChangeBus(store, (err) => log.error({ err }, 'changes were not delivered'));
  const context: LabContext = { home, store, changes, log, places: options.places };

  const scheduler = options.schedule
    ? new Scheduler(context, {
        train: createTrainRunner(context),
        evaluate: createEvaluateRunner(context),
        smoke: createSmokeRunner(context),
        rehearse: createRehearseRunner(context),
        download: createDownloadRunner(context),
        install: createInstallRunner(context),
        export: createExportRunner(context),
      })
    : null;
  scheduler?.start();

  return {
    home: home.folder,
    log,
    machine: createMachineService(context, { shell: options.shell }),
    environments: createEnvironmentsService(context),
    models: createModelsService(context),
    fit: createFitService(context),
    rehearsals: createRehearsalsService(context),
    presets: createPresetsService(context),
    corpora: createCorporaService(context),
    benchmarks: createBenchmarksService(context),
    runs: createRunsService(context),
    queue: createQueueService(context, () => scheduler?.owner ?? null),
    evaluations: createEvaluationsService(context),
    exports: createExportsService(context),
    endpoints: createEndpointsService(context),
    smoke: createSmokeService(context),

    async reindex() {
      const runs = await reindexRuns(context);
      const evaluations = await reindexEvaluations(context);
      return {
        runs: runs.found,
        evaluations: evaluations.found,
        problems: [...runs.problems, ...evaluations.problems],
      };
    },

    checkBenchmark: (name, options) => checkBenchmark(context, name, options),

    async close() {
      await scheduler?.close();
      changes.close();
      store.close();
    },
  };
}
