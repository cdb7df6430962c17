import type { Command } from 'commander';
import { finishVerb, type SetExitCode } from '../verb';
import type { RehearseOptions } from '../verbs/rehearse';

export function addRehearseVerb(program: Command, setExitCode: SetExitCode): void {
  const rehearse = program
    .command('rehearse <preset>')
    .description(
      'measure a few real steps on random weights of the exact architecture; exit 3 when it does not fit',
    )
    .option('--set <path=value...>', 'change the preset, as with "lab train"')
    .option('--device <id>', 'device to measure on, as "lab devices" lists it')
    .option('--steps <number>', 'optimizer steps to measure, after one that warms up', '3')
    .option('--detach', 'put it into the queue and return; a background process goes on');
  finishVerb<[string], RehearseOptions>(rehearse, setExitCode, async ([preset], options) =>
    (await import('../verbs/rehearse')).rehearse(preset, options),
  );
}
