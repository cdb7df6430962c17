import type { Command } from 'commander';
import { finishVerb, type SetExitCode } from '../verb';
import type { TrainOptions } from '../verbs/train';

export function addTrainVerb(program: Command, setExitCode: SetExitCode): void {
  const train = program
    .command('train <preset>')
    .description('train, then evaluate the base and the tuned model and compare them')
    .option(
      '--set <path=value...>',
      'change the preset: schedule.learningRate=3e-3, model=FOLDER, corpus=FILE, …',
    )
    .option('--name <name>', 'name of the run')
    .option('--device <id>', 'device to train on, as "lab devices" lists it')
    .option('--evaluate <bench...>', 'evaluate on these benchmarks instead of those of the preset')
    .option('--no-evaluate', 'train only')
    .option('--detach', 'put it into the queue and return; a background process goes on');
  finishVerb<[string], TrainOptions>(train, setExitCode, async ([preset], options) =>
    (await import('../verbs/train')).train(preset, options),
  );
}
