/** The contract implemented by the lab's services; every shell serves this one router. */
import { createRouterClient, implement, ORPCError, type RouterClient } from '@orpc/server';
import { LabError } from '@shared/errors';
import { contract } from '@shared/rpc/contract';
import type { LabServices } from './services';

/** What the router tells of a bug; the caller sees none of it. */
export type ReportBug = (error: unknown, procedure: string) => void;

/**
 * Builds the router. An expected failure (`LabError`) crosses the border as `LAB_ERROR` with its
 * sentences; anything else is a bug: it is reported here and masked for the caller.
 */
export function createRouter(lab: LabServices, reportBug: ReportBug) {
  const translate = (error: unknown, path: readonly string[]): unknown => {
    if (error instanceof LabError) {
      return new ORPCError('LAB_ERROR', {
        status: 400,
        message: error.message,
        data: error.toValue(),
      });
    }
    if (!(error instanceof ORPCError)) reportBug(error, path.join('.'));
    return error;
  };

  const os = implement(contract).use(async ({ next, path }) => {
    try {
      return await next();
    } catch (error) {
      throw translate(error, path);
    }
  });

  /** Errors inside a stream come after the middleware has returned, so they are translated here. */
  async function* stream<Item>(
    open: () => AsyncIterable<Item> | Promise<AsyncIterable<Item>>,
    path: readonly string[],
  ): AsyncGenerator<Item, void, void> {
    try {
      yield* await open();
    } catch (error) {
      throw translate(error, path);
    }
  }

  // The lab is local: a call that brings no signal is never abandoned.
  const never = new AbortController().signal;

  return os.router({
    machine: {
      about: os.machine.about.handler(({ signal = never }) => lab.machine.about(signal)),
      describe: os.machine.describe.handler(({ signal = never }) => lab.machine.describe(signal)),
      detect: os.machine.detect.handler(({ signal = never }) => lab.machine.detect(signal)),
      deviceChoice: os.machine.deviceChoice.handler(({ signal = never }) =>
        lab.machine.deviceChoice(signal),
      ),
      chooseDevice: os.machine.chooseDevice.handler(({ input, signal = never }) =>
        lab.machine.chooseDevice(input, signal),
      ),
      load: os.machine.load.handler(({ signal = never, path }) =>
        stream(() => lab.machine.load(signal), path),
      ),
      doctor: os.machine.doctor.handler(({ signal = never }) => lab.machine.doctor(signal)),
      changes: os.machine.changes.handler(({ signal = never, path }) =>
        stream(() => lab.machine.changes(signal), path),
      ),
    },
    environments: {
      list: os.environments.list.handler(({ signal = never }) => lab.environments.list(signal)),
      plan: os.environments.plan.handler(({ input, signal = never }) =>
        lab.environments.plan(input, signal),
      ),
      install: os.environments.install.handler(({ input, signal = never }) =>
        lab.environments.install(input, signal),
      ),
      check: os.environments.check.handler(({ input, signal = never }) =>
        lab.environments.check(input, signal),
      ),
    },
    models: {
      list: os.models.list.handler(({ signal = never }) => lab.models.list(signal)),
      inspect: os.models.inspect.handler(({ input, signal = never }) =>
        lab.models.inspect(input, signal),
      ),
      look: os.models.look.handler(({ input, signal = never }) => lab.models.look(input, signal)),
      download: os.models.download.handler(({ input, signal = never }) =>
        lab.models.download(input, signal),
      ),
      add: os.models.add.handler(({ input, signal = never }) => lab.models.add(input, signal)),
      forget: os.models.forget.handler(({ input, signal = never }) =>
        lab.models.forget(input, signal),
      ),
    },
    fit: {
      predict: os.fit.predict.handler(({ input, signal = never }) =>
        lab.fit.predict(input, signal),
      ),
    },
    rehearsals: {
      list: os.rehearsals.list.handler(({ signal = never }) => lab.rehearsals.list(signal)),
      get: os.rehearsals.get.handler(({ input, signal = never }) =>
        lab.rehearsals.get(input, signal),
      ),
      start: os.rehearsals.start.handler(({ input, signal = never }) =>
        lab.rehearsals.start(input, signal),
      ),
    },
    presets: {
      list: os.presets.list.handler(({ signal = never }) => lab.presets.list(signal)),
      get: os.presets.get.handler(({ input, signal = never }) => lab.presets.get(input, signal)),
      save: os.presets.save.handler(({ input, signal = never }) => lab.presets.save(input, signal)),
      delete: os.presets.delete.handler(({ input, signal = never }) =>
        lab.presets.delete(input, signal),
      ),
      parse: os.presets.parse.handler(({ input, signal = never }) =>
        lab.presets.parse(input, signal),
      ),
      print: os.presets.print.handler(({ input, signal = never }) =>
        lab.presets.print(input, signal),
      ),
    },
    corpora: {
      list: os.corpora.list.handler(({ signal = never }) => lab.corpora.list(signal)),
      validate: os.corpora.validate.handler(({ input, signal = never }) =>
        lab.corpora.validate(input, signal),
      ),
    },
    benchmarks: {
      list: os.benchmarks.list.handler(({ signal = never }) => lab.benchmarks.list(signal)),
      tasks: os.benchmarks.tasks.handler(({ input, signal = never }) =>
        lab.benchmarks.tasks(input, signal),
      ),
      import: os.benchmarks.import.handler(({ input, signal = never }) =>
        lab.benchmarks.import(input, signal),
      ),
      export: os.benchmarks.export.handler(({ input, signal = never }) =>
        lab.benchmarks.export(input, signal),
      ),
    },
    runs: {
      list: os.runs.list.handler(({ signal = never }) => lab.runs.list(signal)),
      get: os.runs.get.handler(({ input, signal = never }) => lab.runs.get(input, signal)),
      train: os.runs.train.handler(({ input, signal = never }) => lab.runs.train(input, signal)),
      rename: os.runs.rename.handler(({ input, signal = never }) => lab.runs.rename(input, signal)),
      stop: os.runs.stop.handler(({ input, signal = never }) => lab.runs.stop(input, signal)),
      resume: os.runs.resume.handler(({ input, signal = never }) => lab.runs.resume(input, signal)),
      delete: os.runs.delete.handler(({ input, signal = never }) => lab.runs.delete(input, signal)),
      metrics: os.runs.metrics.handler(({ input, signal = never }) =>
        lab.runs.metrics(input, signal),
      ),
      telemetry: os.runs.telemetry.handler(({ input, signal = never }) =>
        lab.runs.telemetry(input, signal),
      ),
      follow: os.runs.follow.handler(({ input, signal = never, path }) =>
        stream(() => lab.runs.follow(input, signal), path),
      ),
      log: os.runs.log.handler(({ input, signal = never }) => lab.runs.log(input, signal)),
    },
    queue: {
      snapshot: os.queue.snapshot.handler(({ signal = never }) => lab.queue.snapshot(signal)),
      move: os.queue.move.handler(({ input, signal = never }) => lab.queue.move(input, signal)),
      cancel: os.queue.cancel.handler(({ input, signal = never }) =>
        lab.queue.cancel(input, signal),
      ),
      retry: os.queue.retry.handler(({ input, signal = never }) => lab.queue.retry(input, signal)),
      pause: os.queue.pause.handler(({ signal = never }) => lab.queue.pause(signal)),
      resume: os.queue.resume.handler(({ input, signal = never }) =>
        lab.queue.resume(input, signal),
      ),
    },
    exports: {
      list: os.exports.list.handler(({ input, signal = never }) => lab.exports.list(input, signal)),
      start: os.exports.start.handler(({ input, signal = never }) =>
        lab.exports.start(input, signal),
      ),
    },
    endpoints: {
      list: os.endpoints.list.handler(({ signal = never }) => lab.endpoints.list(signal)),
      save: os.endpoints.save.handler(({ input, signal = never }) =>
        lab.endpoints.save(input, signal),
      ),
      setKey: os.endpoints.setKey.handler(({ input, signal = never }) =>
        lab.endpoints.setKey(input, signal),
      ),
      remove: os.endpoints.remove.handler(({ input, signal = never }) =>
        lab.endpoints.remove(input, signal),
      ),
      test: os.endpoints.test.handler(({ input, signal = never }) =>
        lab.endpoints.test(input, signal),
      ),
    },
    smoke: {
      start: os.smoke.start.handler(({ input, signal = never }) => lab.smoke.start(input, signal)),
      get: os.smoke.get.handler(({ input, signal = never }) => lab.smoke.get(input, signal)),
      list: os.smoke.list.handler(({ signal = never }) => lab.smoke.list(signal)),
      follow: os.smoke.follow.handler(({ input, signal = never, path }) =>
        stream(() => lab.smoke.follow(input, signal), path),
      ),
      checks: os.smoke.checks.handler(({ signal = never }) => lab.smoke.checks(signal)),
      removeCheck: os.smoke.removeCheck.handler(({ input, signal = never }) =>
        lab.smoke.removeCheck(input, signal),
      ),
    },
    evaluations: {
      list: os.evaluations.list.handler(({ signal = never }) => lab.evaluations.list(signal)),
      get: os.evaluations.get.handler(({ input, signal = never }) =>
        lab.evaluations.get(input, signal),
      ),
      cells: os.evaluations.cells.handler(({ input, signal = never }) =>
        lab.evaluations.cells(input, signal),
      ),
      task: os.evaluations.task.handler(({ input, signal = never }) =>
        lab.evaluations.task(input, signal),
      ),
      enqueue: os.evaluations.enqueue.handler(({ input, signal = never }) =>
        lab.evaluations.enqueue(input, signal),
      ),
      compare: os.evaluations.compare.handler(({ input, signal = never }) =>
        lab.evaluations.compare(input, signal),
      ),
      compareAll: os.evaluations.compareAll.handler(({ input, signal = never }) =>
        lab.evaluations.compareAll(input, signal),
      ),
      leaderboard: os.evaluations.leaderboard.handler(({ input, signal = never }) =>
        lab.evaluations.leaderboard(input, signal),
      ),
      delete: os.evaluations.delete.handler(({ input, signal = never }) =>
        lab.evaluations.delete(input, signal),
      ),
    },
  });
}

export type LabRouter = ReturnType<typeof createRouter>;
export type LabClient = RouterClient<LabRouter>;

/** The same calls without a wire between, for the `lab` command. */
export function createDirectClient(router: LabRouter): LabClient {
  return createRouterClient(router);
}
