import type { Command } from 'commander';
import { finishVerb, type SetExitCode } from '../verb';
import type { ExportOptions } from '../verbs/exports';

export function addExportVerb(program: Command, setExitCode: SetExitCode): void {
  const verb = program
    .command('export <run>')
    .description(
      'fold the adapter of a run, or of a checkpoint (RUN@STEP, RUN@latest), into its base model',
    )
    .requiredOption('--to <kind>', 'merged: a model folder in Hugging Face layout')
    .option('--out <folder>', 'folder to make; as a rule in the folder of the run')
    .option('--detach', 'put it into the queue and return; a background process goes on');
  finishVerb<[string], ExportOptions>(verb, setExitCode, async ([run], options) =>
    (await import('../verbs/exports')).exportRun(run, options),
  );
}
