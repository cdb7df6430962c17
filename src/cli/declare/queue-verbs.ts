import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { MoveOptions } from '../verbs/queue';
import type { TrainOptions } from '../verbs/train';

export function addQueueVerbs(program: Command, setExitCode: SetExitCode): void {
  const queue = program.command('queue').description('what runs and what waits');
  finishVerb<[], CommonOptions>(
    queue.command('list', { isDefault: true }).description('the queue'),
    setExitCode,
    async (_, options) => (await import('../verbs/queue')).listQueue(options),
  );
  finishVerb<[string], TrainOptions>(
    queue
      .command('add <preset>')
      .description('put a training and its evaluations at the end, without starting a scheduler')
      .option('--set <path=value...>', 'change the preset, as with "lab train"')
      .option('--name <name>', 'name of the run')
      .option('--device <id>', 'device to train on')
      .option('--evaluate <bench...>', 'evaluate on these benchmarks')
      .option('--no-evaluate', 'train only'),
    setExitCode,
    async ([preset], options) => (await import('../verbs/train')).enqueueOnly(preset, options),
  );
  finishVerb<[string], MoveOptions>(
    queue
      .command('move <job>')
      .description('move a waiting job')
      .option('--before <job>', 'in front of this job; without it: to the end'),
    setExitCode,
    async ([job], options) => (await import('../verbs/queue')).moveJob(job, options),
  );
  for (const [name, does] of [
    ['cancel', 'take a waiting job out of the queue, or stop a running one'],
    ['retry', 'start a failed, stopped or cancelled job again'],
  ] as const) {
    finishVerb<[string], CommonOptions>(
      queue.command(`${name} <job>`).description(does),
      setExitCode,
      async ([job], options) => (await import('../verbs/queue')).changeJob(name, job, options),
    );
  }
  for (const [name, does] of [
    ['pause', 'start no further job; what runs goes on'],
    ['resume', 'start jobs again'],
  ] as const) {
    finishVerb<[], CommonOptions>(
      queue.command(name).description(does),
      setExitCode,
      async (_, options) => (await import('../verbs/queue')).changeQueue(name, options),
    );
  }
  finishVerb<[], CommonOptions>(
    queue.command('run').description('schedule until the queue is empty, then exit'),
    setExitCode,
    async (_, options) => (await import('../verbs/queue-run')).runQueue(options),
  );
}
