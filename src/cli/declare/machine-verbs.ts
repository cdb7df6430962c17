import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { ServeOptions } from '../verbs/serve';

export function addMachineVerbs(program: Command, setExitCode: SetExitCode): void {
  finishVerb<[], CommonOptions>(
    program.command('doctor').description('check everything that is needed; exit 1 on a problem'),
    setExitCode,
    async (_, options) => (await import('../verbs/machine')).doctor(options),
  );
  finishVerb<[], CommonOptions>(
    program.command('devices').description('what can train, and which one is chosen'),
    setExitCode,
    async (_, options) => (await import('../verbs/machine')).devices(options),
  );
  finishVerb<[], CommonOptions>(
    program.command('reindex').description("rebuild the store from the lab home's folders"),
    setExitCode,
    async (_, options) => (await import('../verbs/machine')).reindex(options),
  );
  finishVerb<[], ServeOptions>(
    program
      .command('serve')
      .description('the window in a browser of this machine, at an address with a token')
      .option(
        '--port <number>',
        'port on the loopback interface (default: 4400, else any free one)',
      ),
    setExitCode,
    async (_, options) => (await import('../verbs/serve')).serve(options),
  );
}
