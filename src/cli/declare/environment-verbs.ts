import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { InstallOptions } from '../verbs/environments';

export function addEnvironmentVerbs(program: Command, setExitCode: SetExitCode): void {
  const environments = program
    .command('environments')
    .description('the Python environments that jobs run in, one for each kind of device');
  finishVerb<[], CommonOptions>(
    environments
      .command('list', { isDefault: true })
      .description('all of them, with their state and the devices that need them'),
    setExitCode,
    async (_, options) => (await import('../verbs/environments')).listEnvironments(options),
  );
  finishVerb<[string], CommonOptions>(
    environments
      .command('plan <name>')
      .description('what an installation would bring; exit 3 when the disk is too small'),
    setExitCode,
    async ([name], options) => (await import('../verbs/environments')).plan(name, options),
  );
  finishVerb<[string], InstallOptions>(
    environments
      .command('install <name>')
      .description('install an environment, follow it, and check it')
      .option('--repair', 'make it anew although it is there; it works on until then')
      .option('--detach', 'only put it into the queue'),
    setExitCode,
    async ([name], options) => (await import('../verbs/environments')).install(name, options),
  );
  finishVerb<[string], CommonOptions>(
    environments
      .command('check <name>')
      .description('run it: imports, matrix products, 4-bit kernels; exit 1 on a problem'),
    setExitCode,
    async ([name], options) => (await import('../verbs/environments')).check(name, options),
  );
}
