import type { Command } from 'commander';
import { finishVerb, type SetExitCode } from '../verb';
import type { FitOptions } from '../verbs/fit';

export function addFitVerbs(program: Command, setExitCode: SetExitCode): void {
  const fit = program
    .command('fit <preset>')
    .description('predicted memory and time; exit 3 when it does not fit')
    .option('--set <path=value...>', 'change the preset, as for train')
    .option('--device <id>', 'device to predict for, as "lab devices" lists it');
  finishVerb<[string], FitOptions>(fit, setExitCode, async ([preset], options) =>
    (await import('../verbs/fit')).fit(preset, options),
  );
}
