import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { ResumeOptions } from '../verbs/run-control';
import type { LogOptions, MetricsOptions } from '../verbs/run-files';

export function addRunVerbs(program: Command, setExitCode: SetExitCode): void {
  const runs = program
    .command('runs')
    .description('trainings; RUN is an id, the beginning of one, a name, or "last"');
  finishVerb<[], CommonOptions>(
    runs.command('list', { isDefault: true }).description('all runs'),
    setExitCode,
    async (_, options) => (await import('../verbs/runs')).listRuns(options),
  );
  finishVerb<[string], CommonOptions>(
    runs.command('show <run>').description('one run: result, specification, failure'),
    setExitCode,
    async ([run], options) => (await import('../verbs/runs')).showRun(run, options),
  );
  finishVerb<[string], MetricsOptions>(
    runs
      .command('metrics <run>')
      .description('loss, token accuracy and the rest by step')
      .option('--points <number>', 'at most this many buckets of steps', '20'),
    setExitCode,
    async ([run], options) => (await import('../verbs/run-files')).showMetrics(run, options),
  );
  finishVerb<[string], LogOptions>(
    runs
      .command('log <run>')
      .description('what the worker printed')
      .option('--lines <number>', 'the last lines only'),
    setExitCode,
    async ([run], options) => (await import('../verbs/run-files')).showLog(run, options),
  );
  finishVerb<[string], CommonOptions>(
    runs.command('stop <run>').description('write a checkpoint and end; waits until it has'),
    setExitCode,
    async ([run], options) => (await import('../verbs/run-control')).stopRun(run, options),
  );
  finishVerb<[string], ResumeOptions>(
    runs
      .command('resume <run>')
      .description('go on from the last complete checkpoint, and follow')
      .option('--detach', 'do not follow; a background process goes on'),
    setExitCode,
    async ([run], options) => (await import('../verbs/run-control')).resumeRun(run, options),
  );
  finishVerb<[string, string], CommonOptions>(
    runs.command('rename <run> <name>').description('give a run another name'),
    setExitCode,
    async ([run, name], options) =>
      (await import('../verbs/run-control')).renameRun(run, name, options),
  );
  finishVerb<[string], CommonOptions>(
    runs.command('delete <run>').description("move a run to the lab home's trash"),
    setExitCode,
    async ([run], options) => (await import('../verbs/run-control')).deleteRun(run, options),
  );
  finishVerb<[string, string], CommonOptions>(
    runs
      .command('compare <a> <b>')
      .description('what differs between two runs, and their evaluations compared'),
    setExitCode,
    async ([a, b], options) => (await import('../verbs/runs-compare')).compareRuns(a, b, options),
  );
}
