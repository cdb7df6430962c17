import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { GetOptions } from '../verbs/models';

export function addModelVerbs(program: Command, setExitCode: SetExitCode): void {
  const models = program.command('models').description('base models: on this machine and the hub');
  finishVerb<[], CommonOptions>(
    models
      .command('list', { isDefault: true })
      .description('models that ship, were added or downloaded, and those that presets lack'),
    setExitCode,
    async (_, options) => (await import('../verbs/models')).listModels(options),
  );
  finishVerb<[string], CommonOptions>(
    models
      .command('show <source>')
      .description('one model as it is here: a name, a folder, or owner/name[@revision]'),
    setExitCode,
    async ([source], options) => (await import('../verbs/models')).showModel(source, options),
  );
  finishVerb<[string], GetOptions>(
    models
      .command('get <source>')
      .description('download owner/name from the hub; an interrupted download goes on')
      .option('--revision <revision>', 'branch, tag or commit instead of main')
      .option('--detach', 'put it into the queue and return; a background process goes on'),
    setExitCode,
    async ([source], options) => (await import('../verbs/models')).getModel(source, options),
  );
  finishVerb<[string], CommonOptions>(
    models.command('add <folder>').description('add a local folder with safetensors weights'),
    setExitCode,
    async ([folder], options) => (await import('../verbs/models')).addModel(folder, options),
  );
  finishVerb<[string], CommonOptions>(
    models
      .command('forget <source>')
      .description('take an added folder out of the library; its files stay'),
    setExitCode,
    async ([source], options) => (await import('../verbs/models')).forgetModel(source, options),
  );
}
